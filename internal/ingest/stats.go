package ingest

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"tabletalk/internal/catalog"
	"tabletalk/internal/table"
)

// Limits of what is kept of a column's values.
const (
	topValues      = 10
	sampleValues   = 5
	indexValues    = 100_000   // of one column in the value index
	indexDistinct  = 200_000   // columns with more are not indexed
	indexLength    = 60        // nor those with longer values on average
	indexIntegers  = 1_000     // integers are indexed up to so many different ones
	groupedAtMost  = 20_000    // distinct values that are fetched to be counted here
	exactDistinct  = 200_000   // rows up to which distinct values are counted at import; above they are estimated
	exactLater     = 5_000_000 // rows up to which the profile counts them, and the import those that may be keys
	groupsAtATime  = 16
	estimateSample = 10_000
)

// tally counts the values of one column.
type tally struct {
	values []catalog.Count // distinct, most frequent first
	nulls  int64
}

// compareValues orders two values of one type.
func compareValues(a, b table.Value) int {
	switch x := a.(type) {
	case string:
		y, _ := b.(string)
		return strings.Compare(x, y)
	case bool:
		y, _ := b.(bool)
		return cmp.Compare(boolInt(x), boolInt(y))
	case int64:
		if y, ok := b.(int64); ok {
			return cmp.Compare(x, y)
		}
	}
	x, _ := table.Number(a)
	y, _ := table.Number(b)
	return cmp.Compare(x, y)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// before is the order of values: frequent ones first, equals by value.
func before(a, b catalog.Count) int {
	if c := cmp.Compare(b.Rows, a.Rows); c != 0 {
		return c
	}
	return compareValues(a.Value, b.Value)
}

// top gives the most frequent values without sorting the others.
func (t *tally) top(n int) []catalog.Count {
	var list []catalog.Count
	for _, v := range t.values {
		if len(list) == n && before(v, list[n-1]) >= 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(list, v, before)
		list = slices.Insert(list[:min(len(list), n-1)], min(at, n-1), v)
	}
	return list
}

// stats derives everything from the counted values.
func (t *tally) stats(typ table.Type) catalog.Stats {
	s := catalog.Stats{Nulls: t.nulls, Distinct: int64(len(t.values))}
	if len(t.values) == 0 {
		return s
	}
	if typ.Numeric() {
		t.numbers(&s, typ)
	} else {
		t.others(&s, typ)
	}
	t.examples(&s)
	return s
}

// numbers finds extremes and mean.
func (t *tally) numbers(s *catalog.Stats, typ table.Type) {
	lo, hi, sum, n := math.Inf(1), math.Inf(-1), 0.0, int64(0)
	s.Whole = typ == table.Float
	for _, v := range t.values {
		x, _ := table.Number(v.Value)
		if x < lo {
			lo, s.Min = x, v.Value
		}
		if x > hi {
			hi, s.Max = x, v.Value
		}
		n += v.Rows
		sum += x * float64(v.Rows)
		s.Whole = s.Whole && x == math.Trunc(x)
	}
	mean := sum / float64(n)
	s.Mean = &mean
}

// others finds extremes and, of texts, the length.
func (t *tally) others(s *catalog.Stats, typ table.Type) {
	s.Min, s.Max = t.values[0].Value, t.values[0].Value
	for _, v := range t.values {
		if compareValues(v.Value, s.Min) < 0 {
			s.Min = v.Value
		}
		if compareValues(v.Value, s.Max) > 0 {
			s.Max = v.Value
		}
		if text, ok := v.Value.(string); ok && typ == table.String {
			s.MaxLen = max(s.MaxLen, utf8.RuneCountInString(text))
		}
	}
}

// examples keeps the most frequent values, and a few to show.
func (t *tally) examples(s *catalog.Stats) {
	top := t.top(topValues)
	if len(t.values) <= topValues || top[0].Rows > 1 {
		s.Top = slices.Clone(top)
	}
	for _, v := range top[:min(len(top), sampleValues)] {
		s.Samples = append(s.Samples, clipValue(v.Value))
	}
	for i := range s.Top {
		s.Top[i].Value = clipValue(s.Top[i].Value)
	}
	s.Min, s.Max = clipValue(s.Min), clipValue(s.Max)
}

// clipValue bounds what a statistic may hold of a long text.
func clipValue(v table.Value) table.Value {
	if s, ok := v.(string); ok {
		return clip(s, 200)
	}
	return v
}

// indexed gives the values for the index, or nil for a column that is not
// worth one: numbers, free text, addresses of pages, hashes.
func (t *tally) indexed(c catalog.Column) *catalog.ColumnValues {
	switch c.Type {
	case table.Boolean, table.String:
	case table.Integer:
		if len(t.values) > indexIntegers {
			return nil
		}
	default:
		return nil
	}
	if len(t.values) == 0 || len(t.values) > indexDistinct || !worthIndexing(t.values) {
		return nil
	}
	slices.SortFunc(t.values, before)
	out := &catalog.ColumnValues{Column: c.Name, Complete: len(t.values) <= indexValues}
	for _, v := range t.values[:min(len(t.values), indexValues)] {
		out.Values = append(out.Values, fmt.Sprint(v.Value))
		out.Rows = append(out.Rows, v.Rows)
	}
	return out
}

// worthIndexing looks at the length and shape of values.
func worthIndexing(values []catalog.Count) bool {
	total, shaped := 0, 0
	look := values[:min(len(values), 1000)]
	for _, v := range look {
		s, ok := v.Value.(string)
		if !ok {
			return true
		}
		total += len(s)
		if isURL(s) || isHash(s) {
			shaped++
		}
	}
	return total <= indexLength*len(look) && shaped*2 <= len(look)
}

// countedStats fills the statistics from what the scan of a small file counted.
func (s *scan) countedStats(out []catalog.Column, cols []decided) []catalog.ColumnValues {
	var values []catalog.ColumnValues
	for i, c := range s.cols {
		t := c.tallied(cols[i])
		out[i].Stats = t.stats(cols[i].typ)
		if v := t.indexed(out[i]); v != nil {
			values = append(values, *v)
		}
	}
	return values
}

// tallied merges texts that are the same value: 1.0 and 1.00.
func (c *column) tallied(d decided) *tally {
	t := &tally{nulls: c.cells, values: make([]catalog.Count, 0, len(c.counts.list))}
	place := c.placeOf(d)
	for raw, n := range c.counts.all() {
		v := c.cellValue(d, raw)
		if v == nil {
			continue
		}
		t.nulls -= n
		if i := place(v, len(t.values)); i < len(t.values) {
			t.values[i].Rows += n
			continue
		}
		t.values = append(t.values, catalog.Count{Value: v, Rows: n})
	}
	return t
}

// placeOf gives what says where a value was met before, or else takes note of
// the next place.
func (c *column) placeOf(d decided) func(v table.Value, next int) int {
	switch {
	case d.plain() && (d.typ == table.Integer || d.typ == table.String): // different texts are different values
		return func(_ table.Value, next int) int { return next }
	case d.typ == table.Float:
		same := make(map[float64]int, len(c.counts.list))
		return func(v table.Value, next int) int { x, _ := v.(float64); return met(same, x, next) }
	}
	same := make(map[table.Value]int, len(c.counts.list))
	return func(v table.Value, next int) int { return met(same, v, next) }
}

func met[K comparable](places map[K]int, v K, next int) int {
	at, ok := places[v]
	if !ok {
		places[v], at = next, next
	}
	return at
}
