package ingest

import (
	"fmt"
	"strconv"
	"strings"

	"tabletalk/internal/table"
)

// force is the decision to read a column as what a person said, where that is
// not what its cells say by themselves. Its cells are then read one by one,
// and those that do not fit become no value.
func (c *column) force(s settings, natural decided) decided {
	if c.forced == table.String {
		return decided{typ: table.String, direct: true}
	}
	d := decided{typ: c.forced, direct: true, rewrite: true, comma: natural.comma || s.mark == MarkComma}
	switch c.forced {
	case table.Integer, table.Float, table.Decimal:
		d.unit, d.scale = c.numberUnit(), min(max(c.frac, 2), 9)
	case table.Date, table.Datetime:
		d.lay = layMDY | layMDy
		if s.order == DayFirst || s.order == "" && (s.dayFirst != "" || s.semi || c.seps['.']) {
			d.lay = layDMY | layDMy
		}
		d.orderFixed = s.order != ""
		if c.zoned > 0 && c.forced == table.Datetime {
			d.unit = "UTC"
		}
	}
	return d
}

// rewritten gives the text by which the engine reads a cell of a forced
// column; ok is false for a cell that does not fit.
func (c *column) rewritten(d decided, raw string) (text string, ok bool) {
	t := strings.Trim(raw, " \t")
	if t == "" || c.nulls[t] {
		return "", true
	}
	switch d.typ {
	case table.Boolean:
		f, ok := boolForms[strings.ToLower(t)]
		if t == "0" || t == "1" {
			f.yes, ok = t == "1", true
		}
		return strconv.FormatBool(f.yes), ok
	case table.Date, table.Datetime, table.Time:
		return c.rewrittenMoment(d, t)
	}
	return rewrittenNumber(d, t)
}

// rewrittenNumber writes a number of any form plainly.
func rewrittenNumber(d decided, t string) (string, bool) {
	ok, _, _, exp, _ := plainFloat([]byte(t))
	switch {
	case ok && (!d.comma || !strings.Contains(t, ".")):
	default:
		n, ok := parseNumber(t)
		if !ok || n.dec == markPoint && d.comma || n.dec == markComma && !d.comma {
			return "", false
		}
		t, exp = plainDigits(d.comma, t), false
	}
	switch d.typ {
	case table.Integer:
		whole, tail, _ := strings.Cut(t, ".")
		n, err := strconv.ParseInt(whole, 10, 64)
		return strconv.FormatInt(n, 10), err == nil && !exp && strings.Trim(tail, "0") == ""
	case table.Decimal:
		whole, tail, _ := strings.Cut(t, ".")
		return t, !exp && len(tail) <= d.scale && len(strings.TrimLeft(whole, "-0"))+d.scale <= 18
	}
	return t, true
}

// rewrittenMoment writes a date or time in ISO form.
func (c *column) rewrittenMoment(d decided, t string) (string, bool) {
	m, ok := parseMoment(t)
	if !ok || (m.lay == 0) != (d.typ == table.Time) || d.typ == table.Date && !m.midnight {
		return "", false
	}
	if either := m.lay & (layDMY | layDMy | layMDY | layMDy); either != 0 {
		if d.orderFixed && either&d.lay == 0 {
			return "", false
		}
		if either&d.lay == 0 {
			d.lay = either
		}
	}
	v, ok := c.momentValue(d, t).(string)
	return v, ok
}

// rewrite puts the texts of forced columns into a row for the engine, and
// remembers what did not fit.
func (s *scan) rewrite(cols []decided, fields [][]byte, line int64) {
	for i, d := range cols {
		if !d.rewrite || i >= len(fields) {
			continue
		}
		c := s.cols[i]
		text, ok := c.rewritten(d, string(fields[i]))
		if !ok {
			text = ""
			if c.unfit++; len(c.misfits) < 3 {
				c.misfits = append(c.misfits, oddCell{line, clip(cleanText(string(fields[i])), 80)})
			}
		}
		fields[i] = []byte(text)
	}
}

func rewrites(cols []decided) bool {
	for _, d := range cols {
		if d.rewrite {
			return true
		}
	}
	return false
}

// tellUnfit says which cells of forced columns did not fit.
func (s *scan) tellUnfit() {
	for _, c := range s.cols {
		if c.unfit == 0 {
			continue
		}
		var odd []string
		for _, o := range c.misfits {
			odd = append(odd, fmt.Sprintf("%q in line %d", o.text, o.line))
		}
		s.j.note("unfit_cells", "In %q, %s no %s as you chose; read as no value: %s.", c.name,
			countOf(c.unfit, "cell is", "cells are"), c.forced, strings.Join(odd, ", "))
	}
}
