package chart

import (
	"bytes"
	"encoding/json"
)

// The part of Vega-Lite that is written.
type spec struct {
	Schema   string   `json:"$schema"`
	Title    *title   `json:"title,omitempty"`
	Data     data     `json:"data,omitzero"`
	Mark     mark     `json:"mark,omitzero"`
	Encoding encoding `json:"encoding,omitzero"`
	Panels   []panel  `json:"vconcat,omitempty"` // in the place of the three above
	Resolve  *resolve `json:"resolve,omitempty"`
	Meta     *meta    `json:"usermeta,omitempty"`
}

// panel is one of several drawings below one another.
type panel struct {
	Data     data     `json:"data"`
	Mark     mark     `json:"mark"`
	Encoding encoding `json:"encoding"`
}

// resolve says which scales panels have in common.
type resolve struct {
	Scale resolved `json:"scale"`
}

type resolved struct {
	X       string `json:"x,omitempty"`
	XOffset string `json:"xOffset"`
	YOffset string `json:"yOffset"`
	Color   string `json:"color"`
}

// meta is for who draws; Vega-Lite itself does not read it.
type meta struct {
	Whole bool `json:"whole"` // the slices add up to something, so that each has a share
}

type title struct {
	Text     string `json:"text"`
	Subtitle string `json:"subtitle,omitempty"`
}

type data struct {
	Values []record `json:"values"`
}

// record is a row of the data; its fields keep the order of the columns.
type record struct {
	fields []string
	values []any
}

// MarshalJSON writes the fields in their order.
func (r record) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, f := range r.fields {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(f)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(r.values[i])
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

type mark struct {
	Type    string `json:"type"`
	Tooltip bool   `json:"tooltip"`
	Point   bool   `json:"point,omitempty"`
}

type encoding struct {
	X       *channel  `json:"x,omitempty"`
	Y       *channel  `json:"y,omitempty"`
	XOffset *channel  `json:"xOffset,omitempty"`
	YOffset *channel  `json:"yOffset,omitempty"`
	Theta   *channel  `json:"theta,omitempty"`
	Order   *channel  `json:"order,omitempty"`
	Color   *channel  `json:"color,omitempty"`
	Tooltip []channel `json:"tooltip,omitempty"`
}

type channel struct {
	Field    string          `json:"field"`
	Type     string          `json:"type"`
	Title    string          `json:"title"`
	TimeUnit string          `json:"timeUnit,omitempty"`
	Format   string          `json:"format,omitempty"` // of tooltips
	Axis     *axis           `json:"axis,omitempty"`
	Scale    *scale          `json:"scale,omitempty"`
	Stack    string          `json:"stack,omitempty"`
	Sort     json.RawMessage `json:"sort,omitempty"` // asItComes or largestFirst
}

type axis struct {
	Format     string `json:"format,omitempty"`
	LabelAngle *int   `json:"labelAngle,omitempty"`
}

type scale struct {
	Zero *bool `json:"zero,omitempty"`
}

// asItComes keeps the order of the data.
var asItComes = json.RawMessage("null")

// largestFirst sorts by the value itself.
var largestFirst = json.RawMessage(`"descending"`)

const schema = "https://vega.github.io/schema/vega-lite/v6.json"

// temporalUnits show periods as what they are, in UTC like the data.
var temporalUnits = map[string]string{"year": "utcyear", "quarter": "utcyearquarter", "month": "utcyearmonth", "week": "utcyearmonthdate",
	"day": "utcyearmonthdate", "hour": "utcyearmonthdatehours"}
