package chart

import (
	"slices"

	"tabletalk/internal/plan"
)

// What of a result is drawn: its keys are what it is drawn along, its amounts
// what is drawn, less what would only repeat something.

// splitKeysOnly leaves out keys that are the same in all rows, as one that a
// condition fixes is: they tell nothing apart.
func (c *chart) splitKeysOnly() {
	if len(c.keys) < 2 || len(c.rows) < 2 || !c.plan.Aggregated() {
		return
	}
	split := func(f field) bool { return c.distinct(&f) > 1 }
	if slices.ContainsFunc(c.keys, split) {
		c.keys = slices.DeleteFunc(slices.Clone(c.keys), func(f field) bool { return !split(f) })
	}
}

// withoutAsides leaves out a measure that is there for the order alone.
func (c *chart) withoutAsides() {
	order := c.plan.Order
	if len(c.values) < 2 || len(order) == 0 || order[0].By.Op != plan.OpRef {
		return
	}
	i := slices.IndexFunc(c.values, func(f field) bool {
		m := c.measureOf(&f)
		return m != nil && m.Aside && m.As == order[0].By.Name
	})
	if i < 0 {
		return
	}
	aside := c.values[i]
	c.values = slices.Delete(slices.Clone(c.values), i, i+1)
	c.text = c.title()
	c.note("only %s, sorted by %s", c.titles(), aside.title)
}

// alongNumbers draws rows of numbers that are to be bars, a line or slices
// along the first of them.
func (c *chart) alongNumbers() {
	switch c.plan.Chart {
	case "bar", "line", "area", "arc":
	default:
		return
	}
	if len(c.keys) > 0 || len(c.values) < 2 || c.plan.Aggregated() {
		return
	}
	key := c.values[0]
	key.kind, key.format = "ordinal", ""
	c.keys, c.values = []field{key}, c.values[1:]
}

// withoutShared leaves out an amount whose share in all is drawn: it is the
// same picture twice.
func (c *chart) withoutShared() {
	c.values = slices.DeleteFunc(slices.Clone(c.values), func(of field) bool {
		return slices.ContainsFunc(c.values, func(part field) bool { return c.sharesAll(part, of) })
	})
	c.text = c.title()
}
