package parse

import (
	"strconv"
	"strings"

	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
)

// A unit of measurement is so many of the smallest one of its kind.
type unit struct {
	kind string
	size float64
}

var unitSizes = map[string]unit{
	"mg": {"mass", 0.001}, "g": {"mass", 1}, "gram": {"mass", 1}, "kg": {"mass", 1000}, "kilo": {"mass", 1000}, "kilogram": {"mass", 1000},
	"tonne": {"mass", 1e6}, "lb": {"mass", 453.59237}, "pound": {"mass", 453.59237}, "oz": {"mass", 28.349523125}, "ounce": {"mass", 28.349523125},
	"mm": {"length", 1}, "millimeter": {"length", 1}, "millimetre": {"length", 1}, "cm": {"length", 10}, "centimeter": {"length", 10}, "centimetre": {"length", 10},
	"meter": {"length", 1000}, "metre": {"length", 1000}, "km": {"length", 1e6}, "kilometer": {"length", 1e6}, "kilometre": {"length", 1e6},
	"inch": {"length", 25.4}, "ft": {"length", 304.8}, "foot": {"length", 304.8}, "feet": {"length", 304.8}, "mile": {"length", 1609344}, "yard": {"length", 914.4},
}

// withUnits takes units of measurement into the numbers before them: "6 kg".
// A word that names something of the data is no unit.
func withUnits(numbers []text.Quantity, tokens []text.Token, mentions []link.Mention) []text.Quantity {
	out := make([]text.Quantity, len(numbers))
	for i, q := range numbers {
		out[i] = q
		if q.Ordinal || q.Unit != "" || q.End >= len(tokens) || tokens[q.End].Kind != text.Word {
			continue
		}
		t := tokens[q.End]
		_, known := unitSizes[text.Singular(t.Norm)]
		for _, m := range mentions {
			known = known && !(m.Start <= q.End && q.End < m.End && m.Score >= sureName)
		}
		if known {
			out[i].Unit, out[i].End = text.Singular(t.Norm), q.End+1
		}
	}
	return out
}

// unitOfColumn is the unit that a column says its numbers are in: by what is
// known of it, or by the last word of its name. Empty where it says none.
func unitOfColumn(c *link.Column) string {
	if _, ok := unitSizes[c.Col.Unit]; ok {
		return c.Col.Unit
	}
	parts := text.SplitName(c.Col.Name)
	if len(parts) < 2 {
		return ""
	}
	w := text.Singular(strings.ToLower(parts[len(parts)-1]))
	if _, ok := unitSizes[w]; ok {
		return w
	}
	return ""
}

// converted is a number in the unit of a column; false where the units
// measure different things.
func converted(c *link.Column, q text.Quantity) (float64, bool) {
	said, ok := unitSizes[q.Unit]
	own, known := unitSizes[unitOfColumn(c)]
	if !ok || !known {
		return q.Value, true
	}
	if said.kind != own.kind {
		return q.Value, false
	}
	return q.Value * said.size / own.size, true
}

// unitNotes tell what became of the units of measurement in the conditions.
func (s *Sketch) unitNotes() {
	for _, q := range s.p.numbers {
		if _, ok := unitSizes[q.Unit]; !ok {
			continue
		}
		n := &Node{Start: q.Start, End: q.End}
		c := s.comparedWith(q)
		if c == nil {
			continue
		}
		v, same := converted(c, q)
		switch own := unitOfColumn(c); {
		case !same:
			s.unused(n, "comparison")
		case own == "":
			s.Notes = append(s.Notes, s.p.note(n, "no_unit", "“%s” says no unit: the number is compared as it is.", c.Col.Name))
		case v != q.Value:
			s.Notes = append(s.Notes, s.p.note(n, "unit", "%s is %s %s.", s.p.written(n), strconv.FormatFloat(v, 'g', 6, 64), own))
		}
	}
}

// comparedWith is the column that a number is compared with.
func (s *Sketch) comparedWith(q text.Quantity) *link.Column {
	for _, list := range [][]Condition{s.Preds, s.Haves} {
		for _, c := range list {
			if c.Column != nil && c.Where.Start <= q.Start && q.End <= c.Where.End {
				return c.Column
			}
		}
	}
	return nil
}
