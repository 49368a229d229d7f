package parse

import (
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/when"
	"tabletalk/internal/table"
)

// datedRows draws a column along a date as it stands where each date has one
// row: "a line chart of the change of the price over the day". A chart of a
// level shows its change; what would be averaged over invented periods is
// there already.
func (b *builder) datedRows() bool {
	s := b.s
	if !s.alongAxis() || len(s.Measures)+len(s.Haves)+len(s.Shares) > 0 || s.Count || s.Best != nil || s.Limit != nil || s.Step > 0 {
		return false
	}
	date, level := s.dateAndLevel()
	if date == nil || level == nil || !unique(date) {
		return false
	}
	b.addSelect(date)
	b.addSelect(level)
	if len(s.Orders) == 0 {
		s.Orders = []*Rank{{Column: date}}
	}
	s.Keys, s.Select = nil, nil
	b.note("own_rows", "Each “"+date.Col.Name+"” has one row: its “"+level.Col.Name+"” is shown as it is.", Span{})
	b.read("change", "trend", "overtime", "compare", "distribution")
	return true
}

// daysOfDates groups by the day where what is called a date is kept with the
// time of the day: "count the visits by visit date". It reports whether it did:
// days without a row are then no zeros.
func (b *builder) daysOfDates() bool {
	if len(b.pl.Measures) == 0 || b.pl.From.Sub != nil {
		return false
	}
	done := false
	for i, g := range b.pl.Group {
		if c := b.s.Column(g.Expr); c != nil && timedDate(c) {
			b.pl.Group[i].Expr = plan.Trunc(string(when.Day), g.Expr)
			b.note("default_grain", "“"+c.Col.Name+"” holds times of the day, too: by day.", Span{})
			done = true
		}
	}
	return done
}

// timedDate reports whether a column that is called a date holds times of the
// day.
func timedDate(c *link.Column) bool {
	return c.Col.Type == table.Datetime && (slices.Contains(c.Words, "date") || slices.Contains(c.Words, "day"))
}

// periodOfNamedDate takes a period that names no date as one of the date that
// the answer is parted by as well: "orders in each month, by ship date".
func (b *builder) periodOfNamedDate() {
	s := b.s
	loose := slices.IndexFunc(s.Keys, func(k Key) bool { return k.Loose })
	named := slices.IndexFunc(s.Keys, func(k Key) bool {
		return !k.Loose && k.Column != nil && k.Column.Col.Type.Temporal() && k.Grain == "" && k.Part == ""
	})
	if loose < 0 || named < 0 {
		return
	}
	s.Keys = slices.Clone(s.Keys)
	s.Keys[loose].Column = s.Keys[named].Column
	s.Keys = slices.Delete(s.Keys, named, named+1)
}

// alongAxis reports whether a chart of marks is asked for and no word of
// analysis wants more than to see how a level runs.
func (s *Sketch) alongAxis() bool {
	drawn := s.Chart == "line" || s.Chart == "bar" || s.Chart == "area" || s.Chart == "point"
	return drawn && !slices.ContainsFunc(s.Frames, func(f Frame) bool {
		return !slices.Contains([]string{"change", "trend", "overtime", "compare", "distribution"}, f.Name)
	})
}

// dateAndLevel are the two columns that the question names where one is a date
// without a period and the other holds numbers.
func (s *Sketch) dateAndLevel() (date, level *link.Column) {
	var named []*link.Column
	for _, it := range s.Select {
		named = append(named, it.Column)
	}
	for _, k := range s.Keys {
		if k.Column == nil || k.Grain != "" || k.Part != "" || k.Bin > 0 {
			return nil, nil
		}
		if !slices.Contains(named, k.Column) {
			named = append(named, k.Column)
		}
	}
	if len(named) != 2 {
		return nil, nil
	}
	if named[1].Col.Type.Temporal() {
		named[0], named[1] = named[1], named[0]
	}
	if !named[0].Col.Type.Temporal() || !numeric(named[1]) {
		return nil, nil
	}
	return named[0], named[1]
}
