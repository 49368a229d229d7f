package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"tabletalk/internal/fault"
	"tabletalk/internal/ingest"
	"tabletalk/internal/plan"
)

// uploadFields are those of every upload; a new version of a file has more,
// and both may name each decision by itself.
var uploadFields = []string{"files", "session_id", "decisions"}

// decisionFields are the names of the decisions.
func decisionFields() (names []string) {
	t := reflect.TypeFor[ingest.Decisions]()
	for i := range t.NumField() {
		if name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); name != "-" {
			names = append(names, name)
		}
	}
	return names
}

// decide reads decisions from JSON. Errors name what is wrong.
func decide(text string, into *ingest.Decisions) error {
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	var wrong *json.UnmarshalTypeError
	if name, ok := unknownField(err); ok {
		return fault.New(fault.Malformed, "decision_unknown", "There is no decision %q.", name).
			WithHint("Near names: %s.", strings.Join(plan.Near(name, decisionFields()), ", "))
	}
	if errors.As(err, &wrong) && wrong.Field != "" {
		return fault.New(fault.Malformed, "decisions_invalid", "The decision %s cannot be %s.", wrong.Field, wrong.Value).
			WithHint("Its fields are described at /docs.").Because(err)
	}
	if err == nil && d.More() {
		err = errors.New("more than one value")
	}
	if err != nil {
		return fault.New(fault.Malformed, "decisions_invalid", "The field decisions is not a JSON object of decisions.").
			WithHint("Its fields are described at /docs.").Because(err)
	}
	return nil
}

// unknownField gives the name that the decoder did not know, which it tells in
// words only.
func unknownField(err error) (name string, ok bool) {
	if err == nil {
		return "", false
	}
	name, ok = strings.CutPrefix(err.Error(), "json: unknown field ")
	return strings.Trim(name, `"`), ok
}

// decideOne reads one decision that came as a field of its own: text as it is,
// anything else as JSON.
func decideOne(name, text string, into *ingest.Decisions) error {
	plain, err := json.Marshal(map[string]string{name: text})
	if err != nil {
		return err
	}
	try := *into
	if json.Unmarshal(plain, &try) == nil {
		*into = try
		return nil
	}
	if !json.Valid([]byte(text)) {
		return fault.New(fault.Malformed, "decisions_invalid", "The field %s was not understood.", name).WithHint("Write it as in the JSON of decisions.")
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "{%q: %s}", name, text)
	return decide(b.String(), into)
}

// noField says that a form has no such field.
func noField(name string, fields []string) error {
	return fault.New(fault.Malformed, "field_unknown", "The form has no field %q.", short(name)).
		WithHint("Near names: %s.", strings.Join(plan.Near(name, fields), ", "))
}

func short(name string) string {
	if r := []rune(name); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return name
}
