package agent

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"tabletalk/internal/explain"
	"tabletalk/internal/fault"
	"tabletalk/internal/llm"
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// previewRows is how many rows of a result are sent.
const previewRows = 30

// result is something that was computed.
type result struct {
	plan  *plan.Plan
	sql   string
	rows  *table.Rows
	says  string // what was computed, in our words
	terms string // everything in the plan that is a number or a word of it
}

// reply is what a tool says, as the model reads it.
type reply struct {
	Result    string          `json:"result,omitempty"`
	ReadAs    string          `json:"read_as,omitempty"`
	Columns   []string        `json:"columns,omitempty"`
	RowCount  *int            `json:"row_count,omitempty"`
	Cut       bool            `json:"cut,omitempty"`
	Rows      [][]table.Value `json:"rows,omitempty"`
	Values    []hit           `json:"values,omitempty"`
	Near      []string        `json:"near,omitempty"`
	Warnings  []string        `json:"warnings,omitempty"`
	Error     string          `json:"error,omitempty"` // a code
	Message   string          `json:"message,omitempty"`
	Hint      string          `json:"hint,omitempty"`
	Available string          `json:"available,omitempty"`
}

// use runs the tools of a response and gives the results back, all of them: a
// call without a result is an error of the format.
func (a *run) use(ctx context.Context, resp *llm.Response) (done bool, err error) {
	var blocks []llm.Block
	for _, c := range resp.Calls() {
		var r reply
		switch {
		case a.Before.Tools+a.finding.Spent.Tools >= a.budget.Tools:
			r = reply{Error: "budget_exhausted", Message: "No more tools may be used for this question. Answer with what there is."}
		case c.Name == askUser:
			if a.finding.Asks, r = a.ask(c); a.finding.Asks != nil {
				return true, nil
			}
		default:
			r = a.do(ctx, c)
		}
		a.finding.Spent.Tools++
		if ctx.Err() != nil {
			return false, a.trouble(ctx, ctx.Err())
		}
		blocks = append(blocks, llm.Block{Result: &llm.Result{CallID: c.ID, Text: a.mask.hide(r.text()), Failed: r.Error != ""}})
	}
	if a.Before.Tools+a.finding.Spent.Tools > 2*a.budget.Tools {
		return false, &Trouble{Code: "model_budget", Text: "The language model was stopped: it asked for more tools than it may use (model-max-tools)."}
	}
	a.say(resp, blocks...)
	return false, nil
}

func (r reply) text() string {
	raw, err := json.Marshal(r)
	if err != nil {
		return `{"error":"internal"}`
	}
	return string(raw)
}

// do runs one tool.
func (a *run) do(ctx context.Context, c llm.Call) reply {
	var in struct {
		Plan   string `json:"plan"`
		SQL    string `json:"sql"`
		Words  string `json:"words"`
		Column string `json:"column"`
	}
	if err := json.Unmarshal(c.Input, &in); err != nil {
		return reply{Error: "input_invalid", Message: "The input is not the JSON object that this tool takes."}
	}
	switch {
	case c.Name == runQuery && in.SQL != "" && in.Plan == "" && a.sqlAllowed():
		return a.runSQL(ctx, in.SQL)
	case c.Name == runQuery:
		return a.runPlan(ctx, in.Plan)
	case c.Name == searchValues && a.Egress.Allows(Values):
		a.tell(Event{Stage: "looking values up"})
		return a.search(a.mask.show(in.Words), in.Column)
	}
	return reply{Error: "unknown_tool", Message: "There is no such tool.", Available: runQuery}
}

// runPlan computes a plan, and tells what was understood.
func (a *run) runPlan(ctx context.Context, text string) reply {
	p, err := a.planOf(text)
	if err != nil {
		return failed(err)
	}
	if p.Kind == plan.Schema {
		return reply{Error: "nothing_to_compute", Message: "The tables are described already."}
	}
	hash := plan.Hash(p)
	if a.seen[hash] {
		return reply{Error: "duplicate_call", Message: "This very plan was computed already. Answer with its result, or send another plan."}
	}
	a.tell(Event{Stage: "computing"})
	rows, err := a.Data.Query(ctx, p, a.catalog)
	if err != nil {
		return failed(err)
	}
	a.seen[hash], rows = true, a.known(p, rows)
	says := explain.Restate(p, a.catalog)
	a.results = append(a.results, result{plan: p, rows: rows, says: says, terms: p.String() + " " + says})
	a.learnPlan(p)
	r := a.shows(rows, a.persons.shown(p))
	r.ReadAs = says
	if len(rows.Values) == 0 {
		r.Warnings = append(r.Warnings, "no row matches")
		r.Warnings = append(r.Warnings, a.strangers(p)...)
	}
	return r
}

// known leaves out columns of a result that the model may not know: rows that
// are listed whole have all of their table's.
func (a *run) known(p *plan.Plan, rows *table.Rows) *table.Rows {
	names := map[string]bool{}
	for _, c := range plan.ResultColumns(p, a.catalog) {
		names[c.Name] = true
	}
	if !slices.ContainsFunc(rows.Columns, func(c table.Column) bool { return !names[c.Name] }) {
		return rows
	}
	out := *rows
	out.Columns, out.Values = nil, make([][]table.Value, len(rows.Values))
	for i, c := range rows.Columns {
		if !names[c.Name] {
			continue
		}
		out.Columns = append(out.Columns, c)
		for n, row := range rows.Values {
			out.Values[n] = append(out.Values[n], row[i])
		}
	}
	return &out
}

// runSQL runs a statement of the model's, which passes the gate of all SQL.
func (a *run) runSQL(ctx context.Context, text string) reply {
	text = strings.TrimSuffix(strings.TrimSpace(a.mask.inPlan(text)), ";")
	a.tell(Event{Stage: "computing"})
	rows, err := a.Data.SQL(ctx, text)
	if err != nil {
		return failed(err)
	}
	a.results = append(a.results, result{sql: text, rows: rows, says: "your SQL", terms: text})
	return a.shows(rows, a.anybody(rows))
}

// anybody takes every text of a result for the name of a person, where there
// are columns with such names: a statement does not say which come from them.
func (a *run) anybody(rows *table.Rows) map[string]string {
	out := map[string]string{}
	for _, c := range rows.Columns {
		if len(a.persons) > 0 && c.Type == table.String {
			out[c.Name] = "text"
		}
	}
	return out
}

// shows tells of the newest result what may be told; kinds are those of the
// columns by which people are known.
func (a *run) shows(rows *table.Rows, kinds map[string]string) reply {
	a.finding.Ran = append(a.finding.Ran, a.results[len(a.results)-1].says)
	n := len(rows.Values)
	r := reply{Result: fmt.Sprintf("r%d", len(a.results)), RowCount: &n, Cut: rows.Truncated}
	for _, c := range rows.Columns {
		r.Columns = append(r.Columns, c.Name)
	}
	if !a.Egress.Allows(Results) {
		r.Warnings = []string{"rows are not shown to you; refer to their cells all the same"}
		return r
	}
	for _, row := range rows.Values[:min(n, previewRows)] {
		sent := make([]table.Value, len(row))
		for i, v := range row {
			sent[i] = v
			if kind := kinds[rows.Columns[i].Name]; kind != "" && v != nil {
				sent[i] = a.mask.name(kind, fmt.Sprint(v))
			} else if s, ok := v.(string); ok {
				sent[i] = short(s)
			}
		}
		r.Rows = append(r.Rows, sent)
	}
	a.finding.Shared.Rows += len(r.Rows)
	return r
}

// failed tells the model what it can put right. What only the engine knows is
// not told: it might quote the data.
func failed(err error) reply {
	f := fault.Of(err)
	r := reply{Error: f.Code, Message: f.Message, Hint: f.Hint}
	if f.Kind == fault.Internal || f.Code == "sql_invalid" && f.Err == nil {
		r.Message, r.Hint = "It could not be computed.", ""
	}
	return r
}

// strangers names values of conditions that do not occur in their columns,
// with those that are near them.
func (a *run) strangers(p *plan.Plan) (list []string) {
	t := a.catalog.Table(p.From.Table)
	if t == nil || !a.Egress.Allows(Values) {
		return nil
	}
	for _, e := range plan.Conjuncts(p.Where) {
		if (e.Op != plan.OpEq && e.Op != plan.OpIn) || len(e.Args) < 2 || e.Args[0].Op != plan.OpCol || e.Args[0].Col.Table != "" {
			continue
		}
		column := e.Args[0].Col.Name
		for _, v := range e.Args[1:] {
			if v.Op != plan.OpLit || v.Lit.Type != table.String || !t.Values.Complete(column) {
				continue
			}
			text := fmt.Sprint(v.Lit.Value)
			hits := a.find(text, column)
			for _, h := range hits {
				if kind := a.persons[plan.Col{Table: h.Table, Name: h.Column}]; kind != "" {
					a.mask.learn(kind, h.Value)
				}
			}
			if !slices.ContainsFunc(hits, func(h hit) bool { return h.Value == text }) {
				list = append(list, fmt.Sprintf("%s has no value %s; near it: %s", quoted(column), quoted(short(text)), nearest(hits)))
			}
		}
	}
	return list
}

func nearest(hits []hit) string {
	var names []string
	for _, h := range hits[:min(len(hits), 5)] {
		names = append(names, quoted(short(h.Value)))
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// ask takes a question back, if it has at least two plans that can be
// computed.
func (a *run) ask(c llm.Call) (*Asks, reply) {
	var in struct {
		Question string `json:"question"`
		Options  []struct {
			Label string `json:"label"`
			Plan  string `json:"plan"`
		} `json:"options"`
	}
	if err := json.Unmarshal(c.Input, &in); err != nil || strings.TrimSpace(in.Question) == "" {
		return nil, reply{Error: "input_invalid", Message: "Give a question and two to four options, each with a label and a plan."}
	}
	asks := &Asks{Question: a.plain(in.Question)}
	for _, o := range in.Options[:min(len(in.Options), 4)] {
		p, err := a.planOf(o.Plan)
		if err != nil {
			return nil, failed(err)
		}
		asks.Options = append(asks.Options, Option{Label: a.plain(o.Label), Plan: p})
	}
	if len(asks.Options) < 2 {
		return nil, reply{Error: "input_invalid", Message: "Give at least two options, each with a plan."}
	}
	return asks, reply{}
}
