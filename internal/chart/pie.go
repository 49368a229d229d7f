package chart

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// slices reports whether the result is shares, few enough for a pie.
func (c *chart) slices() bool {
	return c.plan.Kind == plan.Share && len(c.rows) <= maxSlices && len(c.keys) == 1 && !c.alongTime() && c.noPie() == ""
}

// whole reports whether the amounts are parts that add up to something.
func (c *chart) whole() bool { return c.plan.Kind == plan.Share || c.additive() }

// noPie says why a result cannot be cut into slices; nothing where it can.
func (c *chart) noPie() string {
	if len(c.rows) > askedSlices && !c.additive() {
		return "so many slices cannot be told apart"
	}
	for _, row := range c.rows {
		if f, ok := table.Number(row[c.values[0].at]); !ok || f < 0 {
			return "an amount that is missing or below zero has no slice"
		}
	}
	return ""
}

// arc draws a pie: the largest slice first, the legend in the order of the
// rows. What cannot be cut into slices is drawn as bars, and says why.
func (c *chart) arc() *spec {
	if why := c.noPie(); why != "" {
		c.note("bars, because %s", why)
		return c.panels((*chart).bars)
	}
	if !c.whole() {
		c.note("slices that do not add up to a whole")
	}
	if c.values = c.values[:c.withoutShare()]; len(c.values) > 1 {
		c.note("only %s, because a pie shows one amount", c.values[0].title)
	}
	c.joinKeys()
	c.restTogether()
	s := c.begin("arc", askedSlices)
	s.Meta = &meta{Whole: c.whole()}
	key := c.keys[0].channel()
	key.Type, key.TimeUnit, key.Axis = "nominal", "", nil
	key.Sort = asItComes
	s.Encoding.Color = key
	theta := c.values[0].channel()
	theta.Axis, theta.Stack = nil, "zero"
	s.Encoding.Theta = theta
	s.Encoding.Order = &channel{Field: theta.Field, Type: theta.Type, Title: theta.Title, Sort: largestFirst}
	return s
}

// withoutShare is how many amounts there are before the share of the first
// one: the slices show it.
func (c *chart) withoutShare() int {
	if len(c.values) == 2 && c.sharesAll(c.values[1], c.values[0]) {
		return 1
	}
	return len(c.values)
}

// sharesAll reports whether a measure is the share that another one has in
// all: the one is drawn as the other.
func (c *chart) sharesAll(part, of field) bool {
	e, m := c.measured(&part), c.measureOf(&of)
	return e != nil && m != nil && e.Op == plan.OpShare && len(e.By) == 0 && e.Args[0].Op == plan.OpRef && e.Args[0].Name == m.As
}

// joinKeys names the slices of a pie by all their keys.
func (c *chart) joinKeys() {
	if len(c.keys) < 2 {
		return
	}
	rows := make([][]table.Value, 0, len(c.rows))
	for _, row := range c.rows {
		names := make([]string, len(c.keys))
		for i := range c.keys {
			names[i] = fmt.Sprint(c.keys[i].label(row[c.keys[i].at]))
		}
		named := slices.Clone(row)
		named[c.keys[0].at] = strings.Join(names, ", ")
		rows = append(rows, named)
	}
	key := c.keys[0]
	for _, k := range c.keys[1:] {
		key.title += ", " + k.title
	}
	key.kind, key.timeUnit, key.part = "nominal", "", ""
	c.rows, c.keys = rows, []field{key}
}

// restTogether makes one slice of the smallest where there are too many to be
// told apart.
func (c *chart) restTogether() {
	left := len(c.rows) - askedSlices + 1
	if left < 2 {
		return
	}
	amount := func(row []table.Value) float64 {
		n, _ := table.Number(row[c.values[0].at])
		return n
	}
	rows := slices.Clone(c.rows)
	sort.SliceStable(rows, func(i, j int) bool { return amount(rows[i]) > amount(rows[j]) })
	rest := slices.Clone(rows[askedSlices-1])
	sum := 0.0
	for _, row := range rows[askedSlices-1:] {
		sum += amount(row)
	}
	key := &c.keys[0]
	rest[key.at], rest[c.values[0].at] = fmt.Sprintf("%d others", left), sum
	key.kind, key.timeUnit = "nominal", ""
	c.rows = append(rows[:askedSlices-1:askedSlices-1], rest)
	c.note("the %d largest, the others in one slice: %s", askedSlices-1, key.title)
}
