package conversation_test

import (
	"slices"
	"testing"

	"tabletalk/internal/question"
)

const teams = "player,team,goals\nAda,Reds,5\nBen,Blues,4\nCem,Greens,4\nDot,Whites,4\nEva,Blacks,1\n"

// The first few say how many others share the place of the last, and only
// then; what is kept does not change.
func TestTiesAtTheCutAreTold(t *testing.T) {
	th := talk(t, "--query-max-rows", "100")
	th.add("players.csv", teams)
	for _, c := range []struct {
		question, note string
		rows           int
	}{
		{"top 2 teams by goals", "2 others share the last place shown.", 2},
		{"top 3 teams by goals", "1 other shares the last place shown.", 3},
		{"top 4 teams by goals", "", 4},
		{"top 1 team by goals", "", 1},
		{"the 2 players with the highest goals", "2 others share the last place shown.", 2},
	} {
		a := th.ask("start over, " + c.question)
		if a.Status != question.Answered || len(a.Result.Rows) != c.rows || a.Result.Truncated || a.Result.RowCount != int64(c.rows) {
			t.Errorf("%s: %s %+v", c.question, a.Status, a.Result)
			continue
		}
		told := slices.ContainsFunc(a.Notes, func(n string) bool { return n == c.note })
		if c.note == "" && len(a.Notes) > 0 || c.note != "" && !told {
			t.Errorf("%s: %q", c.question, a.Notes)
		}
	}
}
