package store

import (
	"fmt"
	"math"
	"strconv"

	"tabletalk/internal/catalog"
	"tabletalk/internal/conversation"
	"tabletalk/internal/question"
	"tabletalk/internal/table"
)

// typeRows restores the rows of a result in place.
func typeRows(r *conversation.Result) {
	if r == nil {
		return
	}
	for _, row := range r.Rows {
		for i := range row {
			if i < len(r.Columns) {
				row[i] = table.Typed(r.Columns[i].Type, row[i])
			}
		}
	}
}

// typeColumns restores the statistics of columns in place.
func typeColumns(list []catalog.Column) {
	for i := range list {
		c := &list[i]
		c.Stats.Min = table.Typed(c.Type, c.Stats.Min)
		c.Stats.Max = table.Typed(c.Type, c.Stats.Max)
		for j := range c.Stats.Top {
			c.Stats.Top[j].Value = table.Typed(c.Type, c.Stats.Top[j].Value)
		}
		for j := range c.Stats.Samples {
			c.Stats.Samples[j] = table.Typed(c.Type, c.Stats.Samples[j])
		}
	}
}

// storedKey is a question.Key whose values carry their types themselves, for
// a key has no column type beside it.
type storedKey struct {
	Table  string      `json:"table,omitempty"`
	Column string      `json:"column"`
	Type   table.Type  `json:"type,omitempty"`
	Values []storedVal `json:"values"`
	Cut    bool        `json:"cut,omitempty"`
}

type storedVal struct {
	Int   *string `json:"i,omitempty"`
	Float *string `json:"f,omitempty"`
	Exact *string `json:"d,omitempty"`
	Text  *string `json:"s,omitempty"`
	Bool  *bool   `json:"b,omitempty"`
}

func storeKeys(keys []question.Key) ([]storedKey, error) {
	out := make([]storedKey, len(keys))
	for i, k := range keys {
		out[i] = storedKey{Table: k.Column.Table, Column: k.Column.Name, Type: k.Type, Cut: k.Cut, Values: make([]storedVal, len(k.Values))}
		for j, v := range k.Values {
			sv, err := storeVal(v)
			if err != nil {
				return nil, err
			}
			out[i].Values[j] = sv
		}
	}
	return out, nil
}

func storeVal(v table.Value) (storedVal, error) {
	switch x := v.(type) {
	case nil:
		return storedVal{}, nil
	case bool:
		return storedVal{Bool: &x}, nil
	case int64:
		return storedVal{Int: ptr(strconv.FormatInt(x, 10))}, nil
	case float64:
		return storedVal{Float: ptr(strconv.FormatFloat(x, 'g', -1, 64))}, nil
	case table.Exact:
		return storedVal{Exact: ptr(string(x))}, nil
	case string:
		return storedVal{Text: &x}, nil
	}
	return storedVal{}, fmt.Errorf("a key holds a %T, which is no value of a table", v)
}

func (sv storedVal) value() table.Value {
	switch {
	case sv.Bool != nil:
		return *sv.Bool
	case sv.Int != nil:
		i, err := strconv.ParseInt(*sv.Int, 10, 64)
		if err != nil {
			return table.Exact(*sv.Int)
		}
		return i
	case sv.Float != nil:
		f, err := strconv.ParseFloat(*sv.Float, 64)
		if err != nil && !math.IsInf(f, 0) {
			return nil
		}
		return f
	case sv.Exact != nil:
		return table.Exact(*sv.Exact)
	case sv.Text != nil:
		return *sv.Text
	}
	return nil
}

func restoreKeys(stored []storedKey) []question.Key {
	if len(stored) == 0 {
		return nil
	}
	out := make([]question.Key, len(stored))
	for i, k := range stored {
		out[i].Column.Table, out[i].Column.Name, out[i].Type, out[i].Cut = k.Table, k.Column, k.Type, k.Cut
		out[i].Values = make([]table.Value, len(k.Values))
		for j, v := range k.Values {
			out[i].Values[j] = v.value()
		}
	}
	return out
}

func ptr[T any](v T) *T { return &v }
