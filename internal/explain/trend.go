package explain

import (
	"fmt"
	"math"
	"time"

	"tabletalk/internal/plan"
	"tabletalk/internal/stats"
	"tabletalk/internal/table"
)

// trended says which way one series goes and how fast, of its whole periods:
// " It rises by about 12.3 a month (…)". It is empty for any other answer.
func (t *teller) trended() string {
	key := t.p.TimeKey()
	if t.p.Kind != plan.Trend || key == nil || len(t.p.Group) != 1 || len(t.p.Measures) != 1 || t.rows.Truncated || key.Expr.Unit == "hour" {
		return ""
	}
	var x, y []float64
	for _, row := range t.rows.Values {
		from, ok := t.wholePeriod(row[0], key.Expr.Unit)
		v, known := table.Number(row[1])
		if ok && known {
			x, y = append(x, place(from, key.Expr.Unit)), append(y, v)
		}
	}
	trend, ok := stats.TheilSen(x, y, sure)
	switch {
	case !ok:
		return " These are too few whole periods to say whether it rises or falls."
	case !trend.Sure:
		return fmt.Sprintf(" There is no clear trend: over %s the rise and fall could be chance (Mann–Kendall test at 95%%).", plural(int64(trend.N), "whole "+key.Expr.Unit))
	}
	way := "rises"
	if trend.Slope < 0 {
		way = "falls"
	}
	unit := ""
	if len(t.columns) > 1 {
		unit = t.columns[1].Unit
	}
	by := Format(math.Abs(trend.Slope), table.Float, unit)
	return fmt.Sprintf(" It %s by about %s a %s, over %s (median of the slopes between all of them, Theil–Sen; sure at 95%% by the Mann–Kendall test).", way, by, key.Expr.Unit, plural(int64(trend.N), "whole "+key.Expr.Unit))
}

// wholePeriod gives the begin of a period; false where the data, or the clock,
// cut it.
func (t *teller) wholePeriod(v table.Value, unit string) (time.Time, bool) {
	s, _ := v.(string)
	from, err := time.Parse(time.DateOnly, s[:min(len(s), len(time.DateOnly))])
	if err != nil {
		return from, false
	}
	to := next(from, unit)
	if last, _, ok := t.known(); ok && to.AddDate(0, 0, -1).After(last) {
		return from, false
	}
	first, ok := t.extreme(plan.FoundEarliest)
	return from, !ok || first.Sub(from) <= to.Sub(from)/10
}

// place numbers periods in their order, so that empty ones between count.
func place(from time.Time, unit string) float64 {
	switch unit {
	case "year":
		return float64(from.Year())
	case "quarter":
		return float64(from.Year()*4 + (int(from.Month())-1)/3)
	case "month":
		return float64(from.Year()*12 + int(from.Month()))
	case "week":
		return float64(from.Unix()) / 86400 / 7
	}
	return float64(from.Unix()) / 86400
}
