package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"

	"tabletalk/internal/fault"
	"tabletalk/internal/table"
)

// Limits of what a client may post.
const (
	MaxJSON  = 256 << 10 // bytes of a plan as JSON
	MaxNodes = 4000      // expressions in a plan
	maxOpen  = 6 * MaxDepth
)

// Decode reads a plan that a client sent. It refuses one that is too large or
// too deep (plan_too_large, plan_too_deep) and what is no plan at all
// (plan_invalid); Validate must still see it.
func Decode(data []byte) (*Plan, error) {
	if len(data) > MaxJSON {
		return nil, fault.New(fault.TooLarge, "plan_too_large", "The plan has more than %d bytes.", MaxJSON)
	}
	if err := shallow(data); err != nil {
		return nil, err
	}
	var p Plan
	if err := json.Unmarshal(data, &p); err != nil {
		return nil, fault.New(fault.Invalid, "plan_invalid", "That is not a plan.").
			WithHint("Send back a plan as an answer or an option gave it.").Because(err)
	}
	return &p, p.bounded()
}

// shallow refuses text with deep nesting before anything recursive sees it.
func shallow(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	open := 0
	for {
		t, err := dec.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fault.New(fault.Malformed, "plan_invalid", "The plan is not valid JSON.").Because(err)
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			open++
		case json.Delim('}'), json.Delim(']'):
			open--
		}
		if open > maxOpen {
			return tooDeep()
		}
	}
}

func tooDeep() error {
	return fault.New(fault.TooLarge, "plan_too_deep", "The plan is nested more than %d deep.", MaxDepth)
}

// bounded refuses trees beyond MaxDepth and MaxNodes. It is the first thing
// that Validate does, because all else recurses.
func (p *Plan) bounded() error {
	nodes := 0
	return p.measure(0, &nodes)
}

func (p *Plan) measure(depth int, nodes *int) error {
	if p == nil {
		return nil
	}
	if *nodes += 1 + len(p.From.Joins); *nodes > MaxNodes {
		return tooMany()
	}
	if depth > MaxDepth {
		return tooDeep()
	}
	var err error
	keep := func(e error) {
		if err == nil {
			err = e
		}
	}
	p.From.plans(func(sub *Plan) { keep(sub.measure(depth+1, nodes)) })
	p.own(func(e *Expr) { keep(e.measure(depth+1, nodes)) })
	return err
}

func (e *Expr) measure(depth int, nodes *int) error {
	if e == nil {
		return nil
	}
	if *nodes += 1 + len(e.By); *nodes > MaxNodes {
		return tooMany()
	}
	if depth > MaxDepth {
		return tooDeep()
	}
	for _, a := range e.Args {
		if err := a.measure(depth+1, nodes); err != nil {
			return err
		}
	}
	if err := e.Filter.measure(depth+1, nodes); err != nil {
		return err
	}
	return e.Sub.measure(depth+1, nodes)
}

func tooMany() error {
	return fault.New(fault.TooLarge, "plan_too_large", "The plan has more than %d parts.", MaxNodes)
}

// JSON is the canonical JSON of a plan: stable, without spans.
func (p *Plan) JSON() []byte {
	b, err := json.Marshal(Canonical(p))
	if err != nil { // only a value that Validate refuses, such as NaN
		return []byte("null")
	}
	return b
}

// UnmarshalJSON reads a constant as its type says, so that numbers keep their
// digits.
func (l *Lit) UnmarshalJSON(data []byte) error {
	var raw struct {
		Type  table.Type      `json:"type"`
		Value json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	v, err := constantOf(raw.Type, raw.Value)
	if err != nil {
		return fmt.Errorf("constant of type %q: %w", raw.Type, err)
	}
	l.Type, l.Value = raw.Type, v
	return nil
}

func constantOf(t table.Type, raw json.RawMessage) (table.Value, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	switch t {
	case table.Boolean:
		var b bool
		err := json.Unmarshal(raw, &b)
		return b, err
	case table.Integer:
		var n int64
		err := json.Unmarshal(raw, &n)
		return n, err
	case table.Float:
		var f float64
		err := json.Unmarshal(raw, &f)
		return f, err
	case table.Decimal:
		return exact(raw)
	}
	var s string
	err := json.Unmarshal(raw, &s)
	return spelled(t, s), err
}

func exact(raw json.RawMessage) (table.Value, error) {
	s := string(raw)
	if raw[0] == '"' {
		if err := json.Unmarshal(raw, &s); err != nil {
			return nil, err
		}
	}
	if !exactForm.MatchString(s) {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || math.IsInf(f, 0) {
			return nil, fmt.Errorf("%q is not a decimal number", s)
		}
		s = strconv.FormatFloat(f, 'f', -1, 64)
	}
	return table.Exact(s), nil
}
