package conversation

import (
	"fmt"
	"slices"
	"time"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/when"
	"tabletalk/internal/stats"
	"tabletalk/internal/table"
)

// confidence is how sure the interval around an estimate is.
const confidence = 0.8

// estimated gives the rows with the periods to come where a plan asks for
// them, and how they were estimated; the rows themselves stay as they were
// computed.
func estimated(p *plan.Plan, rows *table.Rows) (*table.Rows, string) {
	if p.Kind != plan.Forecast {
		return rows, ""
	}
	c := *rows
	c.Columns, c.Values = slices.Clone(rows.Columns), slices.Clone(rows.Values)
	note := estimate(p, &c)
	return &c, note
}

// estimate adds the periods to come to the rows that a forecast rests on, and
// says by which method; without enough rows it only says so.
func estimate(p *plan.Plan, rows *table.Rows) string {
	key := p.TimeKey()
	if p.Analysis == nil || key == nil || len(rows.Columns) != 2 {
		return ""
	}
	values := make([]float64, len(rows.Values))
	for i, row := range rows.Values {
		x, ok := table.Number(row[1])
		if !ok {
			return "A period without a value leaves no line to go on: nothing is estimated."
		}
		values[i] = x
	}
	ahead, ok := stats.Drift(values, p.Analysis.Horizon, confidence)
	last, known := lastPeriod(rows)
	if !ok || !known {
		return "An estimate needs at least eight whole periods: these are the ones there are."
	}
	unit := rows.Columns[1].Unit
	for _, name := range []string{"estimate", "low", "high"} {
		rows.Columns = append(rows.Columns, table.Column{Name: name, Type: table.Float, Unit: unit, Nullable: true})
	}
	for i, row := range rows.Values {
		rows.Values[i] = append(row[:2:2], nil, nil, nil)
	}
	for i, a := range ahead {
		at := when.Add(last, when.Grain(key.Expr.Unit), i+1).Format(time.DateOnly)
		rows.Values = append(rows.Values, []table.Value{at, nil, a.Value, a.Low, a.High})
	}
	if rows.Total >= 0 {
		rows.Total += int64(len(ahead))
	}
	return fmt.Sprintf("The last %d rows are estimates by the drift method, which carries on the line from the first to the last period; in eight of ten cases the value lies between low and high.", len(ahead))
}

func lastPeriod(rows *table.Rows) (time.Time, bool) {
	if len(rows.Values) == 0 {
		return time.Time{}, false
	}
	s, ok := rows.Values[len(rows.Values)-1][0].(string)
	if !ok || len(s) < len(time.DateOnly) {
		return time.Time{}, false
	}
	t, err := time.Parse(time.DateOnly, s[:len(time.DateOnly)])
	return t, err == nil
}
