package chart

import (
	"math"
	"slices"
	"strings"

	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

const (
	maxMeasures = 4  // in one chart
	scaleApart  = 20 // times, from which the smaller of two amounts cannot be read on the axis of the larger
)

// panels draws every measure: those of one unit and scale on one axis, the
// others below one another along the same keys.
func (c *chart) panels(draw func(*chart) *spec) *spec {
	c.withoutShared()
	c.keepMeasures()
	if _, other := c.axes(); other != nil {
		c.keepSeries(other)
	}
	groups := c.scales()
	c.stacked = len(groups)
	for _, g := range groups {
		c.widest = max(c.widest, len(g))
	}
	if len(groups) == 1 {
		return draw(c)
	}
	whole := &spec{Schema: schema}
	for i, g := range groups {
		part := *c
		part.values, part.keys = g, slices.Clone(c.keys)
		s := draw(&part)
		if i == 0 {
			whole.Title = s.Title // what is left out is the same in all
			whole.Resolve = c.inCommon(s)
		}
		whole.Panels = append(whole.Panels, panel{Data: s.Data, Mark: s.Mark, Encoding: s.Encoding})
	}
	return whole
}

// inCommon gives panels one scale along their keys where these stand below one
// another, and one legend where all are split by the same key.
func (c *chart) inCommon(first *spec) *resolve {
	r := resolved{XOffset: "independent", YOffset: "independent", Color: "independent"}
	if first.Encoding.X.Type != "quantitative" {
		r.X = "shared"
	}
	if len(c.keys) > 1 {
		r.Color = "shared"
	}
	return &resolve{Scale: r}
}

// keepMeasures keeps the first measures where there are too many to look at.
func (c *chart) keepMeasures() {
	n := len(c.values)
	if n <= maxMeasures {
		return
	}
	var left []string
	for _, v := range c.values[maxMeasures:] {
		left = append(left, v.title)
	}
	c.note("the first %d of %d amounts, without %s", maxMeasures, n, strings.Join(left, ", "))
	c.values = c.values[:maxMeasures]
}

// scales are the measures by the axis that they share. Colours that tell keys
// apart cannot tell measures apart as well, and groups of more than a few bars
// are not compared with one another.
func (c *chart) scales() [][]field {
	alone := len(c.keys) > 1 || len(c.rows) > mergedRows && !c.alongTime()
	var groups [][]field
	for _, v := range c.values {
		i := slices.IndexFunc(groups, func(g []field) bool { return !alone && c.fits(g, v) })
		if i < 0 {
			groups = append(groups, []field{v})
		} else {
			groups[i] = append(groups[i], v)
		}
	}
	return groups
}

// fits reports whether a measure can be read on the axis of others.
func (c *chart) fits(group []field, v field) bool {
	for _, g := range group {
		a, b := c.peak(g), c.peak(v)
		if c.unit(g) != c.unit(v) || min(a, b) > 0 && max(a, b) > scaleApart*min(a, b) {
			return false
		}
	}
	return true
}

// peak is how far from zero a measure goes.
func (c *chart) peak(f field) float64 {
	peak := 0.0
	for _, row := range c.rows {
		if n, ok := table.Number(row[f.at]); ok && !math.IsNaN(n) && !math.IsInf(n, 0) {
			peak = max(peak, math.Abs(n))
		}
	}
	return peak
}

// unit is what a measure counts in. How many rows there are is of another kind
// than an amount in them whose unit is not known.
func (c *chart) unit(f field) string {
	e := c.measured(&f)
	switch {
	case f.format == ".1~%":
		return plan.UnitRatio
	case unitOf(f.title) == "" && e != nil && e.Op == plan.OpCount:
		return "counted"
	}
	return unitOf(f.title)
}

func unitOf(title string) string {
	if i := strings.LastIndex(title, " ("); i >= 0 {
		return title[i:]
	}
	return ""
}
