package ingest

import (
	"bytes"
	"encoding/json"
	"fmt"

	"tabletalk/internal/catalog"
	"tabletalk/internal/table"
)

// DecodeResult reads the answer of an ingest job. Numbers become what the
// types of their columns say: JSON has one kind of number, the product three.
func DecodeResult(answer []byte) (*Result, error) {
	var r Result
	if err := decode(answer, &r); err != nil {
		return nil, fmt.Errorf("answer of an ingest job: %w", err)
	}
	for i := range r.Tables {
		for k := range r.Tables[i].Columns {
			c := &r.Tables[i].Columns[k]
			retype(c.Type, &c.Stats)
		}
	}
	return &r, nil
}

// DecodeProfile reads the answer of a profile job.
func DecodeProfile(answer []byte) (*ProfileResult, error) {
	var r ProfileResult
	if err := decode(answer, &r); err != nil {
		return nil, fmt.Errorf("answer of a profile job: %w", err)
	}
	for i := range r.Columns {
		c := &r.Columns[i]
		retype(c.Type, &c.Stats)
		if q := c.Quantiles; q != nil {
			q.P5, q.P25, q.P50, q.P75, q.P95 = retyped(c.Type, q.P5), retyped(c.Type, q.P25), retyped(c.Type, q.P50), retyped(c.Type, q.P75), retyped(c.Type, q.P95)
		}
		for k := range c.Histogram {
			b := &c.Histogram[k]
			b.From, b.To = edgeOf(b.From), edgeOf(b.To)
		}
	}
	return &r, nil
}

func decode(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	return d.Decode(v)
}

func retype(t table.Type, s *catalog.Stats) {
	s.Min, s.Max = retyped(t, s.Min), retyped(t, s.Max)
	for i := range s.Top {
		s.Top[i].Value = retyped(t, s.Top[i].Value)
	}
	for i := range s.Samples {
		s.Samples[i] = retyped(t, s.Samples[i])
	}
}

func retyped(t table.Type, v table.Value) table.Value {
	n, ok := v.(json.Number)
	if !ok {
		return v
	}
	return typedValue(t, decimals(string(n)), string(n))
}

// edgeOf gives the edge of a bar, which need not have the type of the column.
func edgeOf(v table.Value) table.Value {
	n, ok := v.(json.Number)
	if !ok {
		return v
	}
	if i, err := n.Int64(); err == nil {
		return i
	}
	f, _ := n.Float64()
	return f
}
