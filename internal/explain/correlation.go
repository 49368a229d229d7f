package explain

import (
	"fmt"

	"tabletalk/internal/plan"
	"tabletalk/internal/stats"
	"tabletalk/internal/table"
)

// sure is the confidence of the interval around a correlation.
const sure = 0.95

// correlated says what one correlation means: its direction where the interval
// around it leaves no doubt, and never that one thing causes the other. It is
// empty for any other answer.
func (t *teller) correlated(said string) string {
	a, row := t.p.Analysis, t.rows.Values[0]
	if t.p.Kind == plan.Correlation && a == nil {
		return said + ": " + t.values(0) + ". That does not say what causes what."
	}
	if t.p.Kind != plan.Correlation || len(t.p.Measures) != 2 || a == nil || a.X == nil || a.Y == nil || len(row) != 2 {
		return ""
	}
	r, ok := table.Number(row[0])
	n, known := table.Number(row[1])
	switch {
	case !known:
		return ""
	case !ok:
		return said + ": there is none, for one side never changes or there are too few pairs (" + plural(int64(n), "pair") + ")."
	}
	text := fmt.Sprintf("%s is %s, over %s", said, t.cell(0, 0), plural(int64(n), "pair"))
	low, high, ok := stats.CorrelationInterval(r, int(n), sure)
	if !ok {
		return text + ": too few to say more."
	}
	within := fmt.Sprintf(" (95%% interval %.2f to %.2f).", low, high)
	x, y := t.say(a.X), t.say(a.Y)
	switch {
	case low <= 0 && high >= 0:
		return text + within + " That is no clear relation."
	case r > 0:
		return text + within + fmt.Sprintf(" Where %s is higher, %s tends to be higher, too; that does not say that one causes the other.", x, y)
	}
	return text + within + fmt.Sprintf(" Where %s is higher, %s tends to be lower; that does not say that one causes the other.", x, y)
}
