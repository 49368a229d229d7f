package table

import (
	"bytes"
	"encoding/json"
	"strconv"
)

func parseFloat(s string) (float64, bool) {
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

// UnmarshalExact reads JSON as json.Unmarshal does, but keeps the digits of
// numbers that land in an any: they become json.Number instead of float64.
func UnmarshalExact(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return d.Decode(into)
}

// FromJSON makes a Value of what UnmarshalExact left in an any: whole numbers
// are int64, others Exact.
func FromJSON(v any) Value {
	n, ok := v.(json.Number)
	if !ok {
		return v
	}
	if i, err := n.Int64(); err == nil {
		return i
	}
	return Exact(n)
}
