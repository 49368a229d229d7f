package ingest

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"tabletalk/internal/table"
)

// Warning is something about the quality of the data, in words.
type Warning struct {
	Code   string `json:"code"` // constant, mostly_missing, duplicate_rows, outliers, spellings, same_twice, far_dates
	Column string `json:"column,omitempty"`
	Text   string `json:"text"`
}

// sortCorrelations puts the strongest first and keeps a few.
func sortCorrelations(res *ProfileResult) {
	slices.SortStableFunc(res.Correlations, func(a, b Correlation) int { return cmp.Compare(math.Abs(b.R), math.Abs(a.R)) })
	res.Correlations = res.Correlations[:min(len(res.Correlations), 3*maxListed)]
}

// warn says in words what of the profile is unusual.
func (r *ProfileResult) warn() []Warning {
	var out []Warning
	if d := r.Duplicates; d != nil && *d > 0 {
		out = append(out, Warning{"duplicate_rows", "", fmt.Sprintf("%s in every column.", countOf(*d, "row repeats another", "rows repeat others"))})
	}
	for i := range r.Columns {
		out = append(out, r.Columns[i].warn(r.Rows)...)
	}
	for _, c := range r.Correlations {
		if math.Abs(c.R) >= sameOver && len(out) < 100 {
			out = append(out, Warning{"same_twice", c.A, fmt.Sprintf("%q and %q say the same: one follows from the other.", c.A, c.B)})
		}
	}
	return out
}

// warn says what of one column is unusual.
func (c *ColumnProfile) warn(rows int64) []Warning {
	var out []Warning
	add := func(code, format string, args ...any) {
		out = append(out, Warning{code, c.Name, fmt.Sprintf(format, args...)})
	}
	switch share := float64(c.Nulls) / float64(max(rows, 1)); {
	case c.Nulls == rows:
		add("mostly_missing", "%q holds no value at all.", c.Name)
	case share >= 0.5:
		add("mostly_missing", "%q is empty in %.0f %% of the rows.", c.Name, math.Floor(100*share))
	case c.Distinct == 1 && rows > 1:
		add("constant", "%q holds one value only: %v.", c.Name, clip(fmt.Sprint(c.Min), 60))
	}
	if o := c.Outliers; o != nil {
		var parts []string
		if o.Below > 0 {
			parts = append(parts, fmt.Sprintf("%s below %.6g, down to %v", countOf(o.Below, "value", "values"), o.Low, c.Min))
		}
		if o.Above > 0 {
			parts = append(parts, fmt.Sprintf("%s above %.6g, up to %v", countOf(o.Above, "value", "values"), o.High, c.Max))
		}
		add("outliers", "%q has %s, far from the others.", c.Name, strings.Join(parts, " and "))
	}
	if c.farDates() {
		add("far_dates", "%q reaches from %v to %v, which may not be meant.", c.Name, c.Min, c.Max)
	}
	return out
}

// farDates reports days that stand for none in many files, or that nobody
// writes down.
func (c *ColumnProfile) farDates() bool {
	if c.Type != table.Date && c.Type != table.Datetime || c.Min == nil {
		return false
	}
	lo, hi := fmt.Sprint(c.Min), fmt.Sprint(c.Max)
	return c.Distinct > 1 && (strings.HasPrefix(lo, "1899-12-3") || strings.HasPrefix(lo, "1900-01-01") || lo < "1700" || hi > "2200")
}
