package readback

import (
	"strconv"
	"strings"

	"tabletalk/internal/plan"
)

// analysis draws plans of the words of analysis, as the engine makes them.
func (d *drawer) analysis(shape string) bool {
	switch shape {
	case "share", "share within":
		return d.share(shape == "share within")
	case "running", "moving", "change":
		return d.alongTime(shape)
	case "periods", "periods by key", "sides":
		return d.against(shape)
	case "histogram":
		return d.histogram()
	case "correlation":
		return d.correlation()
	case "average of totals":
		return d.averageOfTotals()
	}
	return false
}

func (d *drawer) share(within bool) bool {
	d.add(d.total())
	if !d.keys(map[bool]int{false: 1, true: 2}[within]) {
		return false
	}
	e := plan.Make(plan.OpShare, plan.Ref(d.p.Measures[0].As))
	if within {
		e.By = []string{d.p.Group[0].As}
	}
	d.add(e)
	d.byMeasure(true)
	d.p.Kind = plan.Share
	return true
}

func (d *drawer) alongTime(shape string) bool {
	d.add(d.total())
	if !d.period("month", "quarter", "year") {
		return false
	}
	name := d.p.Measures[0].As
	switch shape {
	case "running":
		d.add(plan.Make(plan.OpRunning, plan.Ref(name)))
	case "moving":
		e := plan.Make(plan.OpMoving, plan.Ref(name))
		e.N = pick(d, "over", 3, 4, 6)
		d.add(e)
	default:
		lag := plan.Make(plan.OpLag, plan.Ref(name))
		lag.N = 1
		d.p.Measures = append(d.p.Measures, plan.Named{As: "before", Expr: lag},
			plan.Named{As: "change", Expr: plan.Make(plan.OpDiv, plan.Make(plan.OpMinus, plan.Ref(name), plan.Ref("before")), plan.Ref("before"))})
	}
	d.byTime()
	d.p.Fill = false
	return true
}

// against draws a comparison of two years or of two values of a column.
func (d *drawer) against(shape string) bool {
	total := d.total()
	var a, b string
	var conditions [2]*plan.Expr
	if shape == "sides" {
		c := d.which(group)[0]
		values := d.table.Values.Values(c.Name, 20)
		if len(values) < 2 {
			return false
		}
		i := pick(d, "first", 0, 1)
		a, b = values[i].Value, values[1-i].Value
		conditions = [2]*plan.Expr{plan.Make(plan.OpEq, plan.Column(c.Name), plan.Text(a)), plan.Make(plan.OpEq, plan.Column(c.Name), plan.Text(b))}
	} else {
		c := d.mainDate()
		if c == nil {
			return false
		}
		year := func(y int) *plan.Expr {
			return plan.Make(plan.OpWithin, plan.Column(c.Name), plan.Date(strconv.Itoa(y)+"-01-01"), plan.Date(strconv.Itoa(y+1)+"-01-01"))
		}
		a, b, conditions = "2024", "2023", [2]*plan.Expr{year(2024), year(2023)}
	}
	for i, name := range []string{a, b} {
		e := *total
		e.Filter = conditions[i]
		d.p.Measures = append(d.p.Measures, plan.Named{As: name, Expr: &e})
	}
	gap := plan.Make(plan.OpMinus, plan.Ref(a), plan.Ref(b))
	d.p.Measures = append(d.p.Measures, plan.Named{As: "difference", Expr: gap}, plan.Named{As: "change", Expr: plan.Make(plan.OpDiv, gap, plan.Ref(b))})
	d.p.Kind = plan.Compare
	if shape == "periods by key" {
		if !d.keys(1) {
			return false
		}
		d.ordered("difference", true)
	}
	return true
}

func (d *drawer) histogram() bool {
	c := d.which(amount)[0]
	d.p.Kind = plan.Distribution
	d.p.Group = []plan.Named{named(plan.Make(plan.OpBin, plan.Column(c.Name), plan.Number(pick(d, "width", 0.5, 10, 500))), "")}
	d.add(plan.Make(plan.OpCount))
	d.ordered(d.p.Group[0].As, false)
	return true
}

func (d *drawer) correlation() bool {
	list := d.which(amount)
	if len(list) < 2 {
		return false
	}
	x, y := plan.Column(list[0].Name), plan.Column(list[1].Name)
	pairs := plan.Make(plan.OpCount, x)
	pairs.Filter = plan.Make(plan.OpNotNull, y)
	d.add(plan.Make(plan.OpCorr, x, y))
	d.p.Measures = append(d.p.Measures, plan.Named{As: "pairs", Expr: pairs})
	d.p.Kind, d.p.Analysis = plan.Correlation, &plan.Analysis{Method: "pearson", X: x, Y: y}
	return true
}

// averageOfTotals draws an average of what the periods have.
func (d *drawer) averageOfTotals() bool {
	d.add(d.total())
	grains := []string{"day", "week", "month", "quarter"}
	if d.table.Column("vacation_days") != nil {
		grains = grains[1:] // not read back yet: "per day" is asked back about, for a column has days, too
	}
	if !d.period(grains...) {
		return false
	}
	if d.p.Measures[0].Expr.Op == plan.OpCount {
		d.p.Measures[0].As = "number of " + d.table.Name
	}
	d.p.Fill = true
	for d.p.Where == nil || !strings.Contains(d.p.Where.String(), d.dateName()+" within") {
		d.conditions()
	}
	inner := d.p
	d.p = &plan.Plan{V: 1, Kind: plan.Scalar, From: plan.From{Sub: inner}}
	d.add(plan.Make(plan.OpAvg, plan.Column(inner.Measures[0].As)))
	return true
}
