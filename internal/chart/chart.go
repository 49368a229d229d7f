package chart

import (
	"encoding/json"
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// Limits of what is drawn. More is left to the table beside the chart, and the
// subtitle says so.
const (
	MaxPoints   = 500 // MaxPoints is how many points a chart has at most
	maxBars     = 50
	maxSeries   = 8
	maxSlices   = 6  // of a chart that was not asked for
	askedSlices = 30 // of one that was
	longLabel   = 12 // letters from which bars lie down
	mergedRows  = 12 // up to which the bars of several measures stand side by side
)

// Spec gives the Vega-Lite specification of a result, as JSON; nil where a
// chart would say no more than the table.
func Spec(p *plan.Plan, rows *table.Rows, cat *catalog.Catalog) []byte {
	if p == nil || rows == nil || len(rows.Values) == 0 || p.Chart == "table" {
		return nil
	}
	if cat == nil {
		cat = &catalog.Catalog{}
	}
	s := drawing(p, rows, cat)
	if s == nil {
		return nil
	}
	out, err := json.Marshal(s)
	if err != nil {
		return nil
	}
	return out
}

// Note says why the chart that was asked for is another one, or none; empty
// where it is as asked, or nothing was asked.
func Note(p *plan.Plan, rows *table.Rows, cat *catalog.Catalog) string {
	if p == nil || rows == nil || p.Chart == "" || p.Chart == "table" || len(rows.Values) == 0 {
		return ""
	}
	if cat == nil {
		cat = &catalog.Catalog{}
	}
	s := drawing(p, rows, cat)
	switch {
	case s == nil && len(rows.Values) == 1:
		return "There is no chart of a single row: it has nothing to be compared with."
	case s == nil:
		return "There is no chart of this: it has no amounts along something."
	case s.Title.Subtitle != "":
		return "The chart shows " + s.Title.Subtitle + "."
	}
	return ""
}

func drawing(p *plan.Plan, rows *table.Rows, cat *catalog.Catalog) *spec {
	c := chartOf(p, rows, cat)
	if len(c.values) == 0 {
		return nil
	}
	if p.Kind == plan.Correlation && p.Aggregated() {
		c.values = c.values[:1] // not how many pairs there are
	}
	c.splitKeysOnly()
	c.withoutAsides()
	c.alongNumbers()
	asked := p.Chart
	switch {
	case asked == "point" || asked == "" && p.Kind == plan.Correlation && !p.Aggregated():
		return c.points()
	case len(c.keys) == 0 || asked == "" && (len(rows.Values) < 2 || !p.Aggregated()):
		return nil
	case asked == "arc" || asked == "" && c.slices():
		return c.arc()
	case asked == "line" || asked == "area" || asked == "" && c.alongTime() && !c.ranked():
		return c.panels(func(c *chart) *spec { return c.line(asked) })
	}
	return c.panels((*chart).bars)
}

func (c *chart) alongTime() bool { return len(c.keys) > 0 && c.time() != nil }

// ranked reports whether groups are sorted by an amount rather than along
// their keys: a line through them would sort them back.
func (c *chart) ranked() bool {
	p := c.plan
	return len(p.Order) > 0 && p.Order[0].By.Op == plan.OpRef && slices.ContainsFunc(p.Measures, func(m plan.Named) bool { return m.As == p.Order[0].By.Name })
}

// time is the key along which a line runs.
func (c *chart) time() *field {
	for i := range c.keys {
		if k := &c.keys[i]; k.kind == "temporal" || k.part == "year" || c.yearNumbers(k) {
			return k
		}
	}
	return nil
}

// yearNumbers reports whether a series runs along a column of years.
func (c *chart) yearNumbers(k *field) bool {
	return (c.plan.Kind == plan.Series || c.plan.Kind == plan.Trend) && k.kind == "ordinal" && k.at >= 0 && k.at < len(c.plan.Group) && c.plan.Group[k.at].Expr.Op == plan.OpCol
}

// points compares two measures, or the first one with a numeric key.
func (c *chart) points() *spec {
	var x, y *field
	switch {
	case len(c.values) >= 2:
		x, y = &c.values[0], &c.values[1]
	case len(c.keys) > 0:
		x, y = &c.keys[0], &c.values[0]
	default:
		return nil
	}
	s := c.begin("point", MaxPoints)
	s.Encoding.X, s.Encoding.Y = x.channel(), y.channel()
	for _, ch := range []*channel{s.Encoding.X, s.Encoding.Y} {
		if ch.Type == "quantitative" {
			ch.Scale = &scale{Zero: new(bool)}
		}
	}
	if other := c.otherKey(x); other != nil && c.distinct(other) <= maxSeries {
		s.Encoding.Color = other.channel()
	}
	return s
}

func (c *chart) otherKey(not *field) *field {
	for i := range c.keys {
		if k := &c.keys[i]; k.at != not.at {
			return k
		}
	}
	return nil
}

func (c *chart) line(asked string) *spec {
	kind := "line"
	if asked == "area" {
		kind = "area"
	}
	c.keepLast(MaxPoints / c.widest)
	if len(c.values) > 1 {
		c.unpivot()
	}
	x, other := c.axes()
	s := c.begin(kind, MaxPoints)
	s.Mark.Point = kind == "line" && len(s.Data.Values) <= 40
	s.Encoding.X, s.Encoding.Y = x.channel(), c.values[0].channel()
	if s.Encoding.X.Type == "nominal" {
		s.Encoding.X.Sort = asItComes
	}
	if other != nil {
		s.Encoding.Color = other.channel()
		s.Encoding.Color.Axis = nil
	}
	return s
}

func (c *chart) bars() *spec {
	if len(c.values) > 1 {
		c.unpivot()
	}
	key, other := c.axes()
	c.keepKeys(key, c.barLimit(key))
	s := c.begin("bar", MaxPoints)
	k, v := key.channel(), c.values[0].channel()
	if k.Type != "temporal" {
		k.Sort = asItComes
	}
	lying := k.Type == "nominal" && (c.longest(key) > longLabel || c.distinct(key) > 12)
	if lying {
		s.Encoding.Y, s.Encoding.X = k, v
	} else {
		s.Encoding.X, s.Encoding.Y = k, v
		level(k)
	}
	c.parts(s, other, lying)
	return s
}

// barLimit is how many bars there are; panels share the height of a chart.
func (c *chart) barLimit(key *field) int {
	switch {
	case key.kind == "temporal":
		return MaxPoints / c.widest
	case key.kind == "nominal":
		return maxBars / c.stacked
	}
	return maxBars
}

// axes are the key along which amounts are drawn, and the one that splits them.
func (c *chart) axes() (key, other *field) {
	key = c.time()
	if key == nil {
		key = &c.keys[0]
	}
	return key, c.otherKey(key)
}

// level keeps the labels of standing bars readable.
func level(k *channel) {
	if k.Type == "temporal" {
		return
	}
	if k.Axis == nil {
		k.Axis = &axis{}
	}
	k.Axis.LabelAngle = new(int)
}

// parts splits bars by a second key: one on the other where they add up, side
// by side where they do not.
func (c *chart) parts(s *spec, other *field, lying bool) {
	if other == nil {
		return
	}
	s.Encoding.Color = other.channel()
	s.Encoding.Color.Axis = nil
	if c.additive() && other.at != measureColumn {
		// Left to itself the legend is in the order of the stack, from the top
		// or from the left; in the order of the data it would not be.
		return
	}
	s.Encoding.Color.Sort = asItComes
	offset := other.channel()
	offset.Axis, offset.Sort = nil, asItComes
	if lying {
		s.Encoding.YOffset = offset
	} else {
		s.Encoding.XOffset = offset
	}
}
