package show

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"tabletalk/internal/explain"
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// column is a column ready to be shown.
type column struct {
	name    string
	cells   []string
	numbers []float64 // NaN where there is none; nil for no numeric column
	null    []bool
	measure bool
}

// columnsOf makes text of a result. The plan, which may be nil, tells keys
// from measures: only measures get separators ("2,024" is no year).
func columnsOf(columns []table.Column, rows [][]table.Value, p *plan.Plan) []column {
	list := make([]column, len(columns))
	for i, c := range columns {
		col := column{name: header(c), measure: isMeasure(p, i, len(columns))}
		col.null = make([]bool, len(rows))
		values := make([]table.Value, len(rows))
		for r, row := range rows {
			values[r] = row[i]
			col.null[r] = row[i] == nil
		}
		unit := unitOf(p, i)
		if c.Type.Numeric() && explain.PartName(unit, int64(1)) == "" {
			col.numbers = numbers(values)
		}
		format := formatter(c, values, col.measure, unit)
		for _, v := range values {
			col.cells = append(col.cells, format(v))
		}
		list[i] = col
	}
	return list
}

// header is the name of a column with its unit.
func header(c table.Column) string {
	if c.Unit == "" || c.Unit == plan.UnitRatio || strings.Contains(strings.ToLower(c.Name), strings.ToLower(c.Unit)) {
		return Clean(c.Name)
	}
	return Clean(c.Name + " (" + c.Unit + ")")
}

func isMeasure(p *plan.Plan, i, n int) bool {
	return p != nil && len(p.Measures) > 0 && len(p.Group)+len(p.Measures) == n && i >= len(p.Group)
}

// unitOf gives the calendar unit that a key was cut to or is a part of, or "".
func unitOf(p *plan.Plan, i int) string {
	if p == nil || i >= len(p.Group) || p.Group[i].Expr == nil {
		return ""
	}
	if e := p.Group[i].Expr; e.Op == plan.OpTrunc || e.Op == plan.OpPart {
		return e.Unit
	}
	return ""
}

func numbers(values []table.Value) []float64 {
	list := make([]float64, len(values))
	for i, v := range values {
		n, ok := table.Number(v)
		if !ok {
			n = math.NaN()
		}
		list[i] = n
	}
	return list
}

// formatter chooses once per column how its values are written, so that
// digits line up.
func formatter(c table.Column, values []table.Value, measure bool, unit string) func(table.Value) string {
	decimals := decimalsOf(values)
	return func(v table.Value) string {
		if n, ok := table.Number(v); ok && c.Unit == plan.UnitRatio {
			return strconv.FormatFloat(n*100, 'f', 1, 64) + "%"
		}
		switch v := v.(type) {
		case nil:
			return "null"
		case int64:
			if name := explain.PartName(unit, v); name != "" {
				return name
			}
			return separated(strconv.FormatInt(v, 10), measure)
		case table.Exact:
			return separated(string(v), measure)
		case float64:
			return separated(formatFloat(v, decimals), measure)
		case string:
			return formatText(c.Type, v, unit)
		}
		return fmt.Sprint(v)
	}
}

// decimalsOf says how many decimals the floats of a column are shown with:
// as many as the longest has, but few for large ones; -1 (shortest) for very
// small ones.
func decimalsOf(values []table.Value) int {
	largest, longest := 0.0, 0
	for _, v := range values {
		if f, ok := v.(float64); ok && !math.IsNaN(f) && !math.IsInf(f, 0) {
			largest = math.Max(largest, math.Abs(f))
			_, fraction, _ := strings.Cut(strconv.FormatFloat(f, 'f', -1, 64), ".")
			longest = max(longest, len(fraction))
		}
	}
	switch {
	case largest >= 10:
		return min(longest, 2)
	case largest >= 1:
		return min(longest, 3)
	case largest >= 0.001 || largest == 0:
		return min(longest, 4)
	}
	return -1
}

func formatFloat(f float64, decimals int) string {
	if decimals < 0 || math.Abs(f) >= 1e15 {
		return strconv.FormatFloat(f, 'g', 6, 64)
	}
	return strconv.FormatFloat(f, 'f', decimals, 64)
}

func formatText(t table.Type, s, unit string) string {
	if t.Temporal() && len(s) >= 10 {
		return formatDate(s, unit)
	}
	if s == "" {
		return `""`
	}
	return Clean(s)
}

// formatDate writes the start of a period as the period.
func formatDate(s, unit string) string {
	switch unit {
	case "year":
		return s[:4]
	case "quarter":
		if month, err := strconv.Atoi(s[5:7]); err == nil {
			return fmt.Sprintf("%s Q%d", s[:4], (month+2)/3)
		}
	case "month":
		return s[:7]
	case "week", "day":
		return s[:10]
	}
	return Clean(s)
}

// separated puts commas between thousands.
func separated(digits string, wanted bool) string {
	start := 0
	if strings.HasPrefix(digits, "-") {
		start = 1
	}
	end := strings.IndexByte(digits, '.')
	if end < 0 {
		end = len(digits)
	}
	if !wanted || end-start < 4 || strings.ContainsAny(digits, "eINn") {
		return digits
	}
	var b strings.Builder
	for i, r := range digits {
		if i > start && i < end && (end-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Count writes a number of things with separators: "1,405 rows".
func Count(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return separated(strconv.FormatInt(n, 10), true) + " " + many
}
