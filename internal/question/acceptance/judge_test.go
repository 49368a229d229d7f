package acceptance

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"tabletalk/internal/eval"
	"tabletalk/internal/plan"
	"tabletalk/internal/question"
	"tabletalk/internal/table"
)

// verdict is how a question ended. The later ones are worse.
type verdict int

const (
	right verdict = iota
	clarified
	refused
	failed // the plan could not be computed
	wrong
	wrongHigh // wrong, and sure of it
)

func (v verdict) String() string {
	return [...]string{"right", "clarified", "refused", "failed", "wrong", "wrong, high"}[v]
}

// reply is what came out for one wording in one world.
type reply struct {
	verdict  verdict
	among    bool // a right reading is among the first four, or the options
	plan     *plan.Plan
	says     string // the plan, or why there is none
	turn     *question.Turn
	sureness question.Confidence
}

// asker asks in one world over some of its tables.
type asker struct {
	*world
	over string
}

// ask understands a question as the product does, computes it and judges it.
func (a asker) ask(t *testing.T, q *item, text string, history []question.Turn) reply {
	t.Helper()
	o := question.Understand(question.Input{Text: text, Catalog: a.catalogs[a.over], History: history, Now: clock, Settings: question.DefaultSettings()})
	if o.Meta != question.MetaNone {
		r := reply{verdict: wrong, says: "about the conversation: " + string(o.Meta)}
		if q.expect == string(o.Meta) && len(history) > 0 {
			r.verdict = right
		}
		return r
	}
	d := question.Decide(o, a.probe(o))
	switch d.Status {
	case question.Refused:
		return reply{verdict: expected(q, "refuse", refused), says: fmt.Sprintf("%s: %s", d.Refusal.Code, d.Refusal.Reason)}
	case question.Clarify:
		return reply{verdict: expected(q, "clarify", clarified), says: d.Question, among: a.among(t, q, d.Options)}
	}
	r := a.answer(t, q, text, d.Reading)
	r.among = r.verdict == right || a.among(t, q, o.Readings)
	return r
}

// among reports whether one of the first four readings is right: then the
// question was understood, and only the choice was not.
func (a asker) among(t *testing.T, q *item, list []question.Reading) bool {
	t.Helper()
	for _, r := range list[:min(len(list), 4)] {
		if q.expect != "rows" || !q.fits(r.Plan) || r.Plan.Kind == plan.Schema {
			continue
		}
		if rows, err := a.run(a.over, r.Plan); err == nil && a.matches(t, q, rows) {
			return true
		}
	}
	return false
}

func expected(q *item, what string, otherwise verdict) verdict {
	if q.expect == what {
		return right
	}
	return otherwise
}

func (a asker) probe(o question.Outcome) []question.ProbeResult {
	var out []question.ProbeResult
	for _, p := range o.Probes {
		rows, err := a.run(a.over, p.Plan)
		if err != nil {
			out = append(out, question.ProbeResult{})
			continue
		}
		out = append(out, question.ProbeResult{Empty: len(rows) == 0, Digest: fmt.Sprint(rows)})
	}
	return out
}

func (a asker) answer(t *testing.T, q *item, text string, read *question.Reading) reply {
	t.Helper()
	p := read.Plan
	r := reply{verdict: wrong, plan: p, says: p.String()}
	if p.Kind == plan.Schema {
		if q.expect == "schema" {
			r.verdict = right
		}
		return r
	}
	rows, err := a.run(a.over, p)
	if err != nil {
		r.verdict, r.says = failed, r.says+" -- "+err.Error()
		return r
	}
	if r.sureness = question.Seen(*read, &table.Rows{Values: rows}).Confidence; r.sureness == question.High {
		r.verdict = wrongHigh
	}
	r.turn = &question.Turn{Text: text, Plan: p, Keys: keys(p, rows), Sure: r.sureness}
	if q.expect == "rows" && q.fits(p) && a.matches(t, q, rows) {
		r.verdict = right
	}
	return r
}

// fits reports whether a plan is of the kind, chart and horizon wanted.
func (q *item) fits(p *plan.Plan) bool {
	return (q.kind == "" || q.kind == string(p.Kind)) && (q.chart == "" || q.chart == p.Chart) &&
		(q.horizon == 0 || p.Analysis != nil && p.Analysis.Horizon == q.horizon)
}

// keys are what "those" means after an answer.
func keys(p *plan.Plan, rows [][]any) []question.Key {
	shown := p.Group
	if len(p.Measures) == 0 && len(p.Group) == 0 {
		shown = p.Select
	}
	var out []question.Key
	for i, n := range shown {
		if n.Expr == nil || n.Expr.Op != plan.OpCol {
			continue
		}
		k := question.Key{Column: *n.Expr.Col}
		for _, row := range rows[:min(len(rows), 500)] {
			k.Values = append(k.Values, row[i])
		}
		out = append(out, k)
	}
	return out
}

// matches reports whether rows are those of one of the references.
func (a asker) matches(t *testing.T, q *item, got [][]any) bool {
	t.Helper()
	for _, ref := range q.references {
		if compare(ref.how, got, a.reference(t, ref.sql), q.ordered) {
			return true
		}
	}
	return false
}

func compare(how string, got, want [][]any, ordered bool) bool {
	switch how {
	case "list":
		// A row of a table is not told by one value of it.
		return (len(got) == 0 || len(got[0]) > 1) && isProjection(got, want, ordered)
	case "holds":
		return holds(got, want)
	case "total":
		return addsUp(got, want[0][0])
	}
	if len(want) > manyRows {
		return len(got) == len(want) && len(got[0]) <= len(want[0])+2 && isProjection(want, got, ordered)
	}
	return eval.Matches(got, want, ordered)
}

// manyRows is from where on rows are compared as sorted text: pairing them
// one by one would take long.
const manyRows = 200

// isProjection reports whether got has the rows of full, with some or all of
// its columns.
func isProjection(got, full [][]any, ordered bool) bool {
	if len(got) != len(full) {
		return false
	}
	if len(got) == 0 {
		return true
	}
	if len(got[0]) > len(full[0]) {
		return false
	}
	var columns []int
	for i := range got[0] {
		c := columnLike(full, texts(got, []int{i}, ordered), columns, ordered)
		if c < 0 {
			return false
		}
		columns = append(columns, c)
	}
	all := make([]int, len(columns))
	for i := range all {
		all[i] = i
	}
	return slices.Equal(texts(got, all, ordered), texts(full, columns, ordered))
}

// columnLike finds a column of full that holds the values and is not taken.
func columnLike(full [][]any, values []string, taken []int, ordered bool) int {
	for c := range full[0] {
		if !slices.Contains(taken, c) && slices.Equal(texts(full, []int{c}, ordered), values) {
			return c
		}
	}
	return -1
}

// texts writes the values of some columns, one line per row.
func texts(rows [][]any, columns []int, ordered bool) []string {
	out := make([]string, len(rows))
	for i, row := range rows {
		var b strings.Builder
		for _, c := range columns {
			if x, ok := table.Number(row[c]); ok {
				fmt.Fprintf(&b, "%.7g|", x)
			} else {
				fmt.Fprintf(&b, "%v|", row[c])
			}
		}
		out[i] = b.String()
	}
	if !ordered {
		slices.Sort(out)
	}
	return out
}

// holds reports whether each row of want is within a row of got.
func holds(got, want [][]any) bool {
	for _, w := range want {
		if !slices.ContainsFunc(got, func(g []any) bool { return within(w, g) }) {
			return false
		}
	}
	return len(want) > 0
}

func within(w, g []any) bool {
	for _, v := range w {
		if !slices.ContainsFunc(g, func(x any) bool { return eval.Matches([][]any{{x}}, [][]any{{v}}, false) }) {
			return false
		}
	}
	return true
}

// addsUp reports whether a column of got has the sum.
func addsUp(got [][]any, sum any) bool {
	want, ok := table.Number(sum)
	if !ok || len(got) < 2 {
		return false
	}
	for c := range got[0] {
		s := 0.0
		for _, row := range got {
			x, _ := table.Number(row[c])
			s += x
		}
		if math.Abs(s-want) < 1e-6 {
			return true
		}
	}
	return false
}
