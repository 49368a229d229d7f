package agent

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/explain"
	"tabletalk/internal/llm"
	"tabletalk/internal/plan"
)

//go:embed prompt/system.txt
var systemText string

//go:embed prompt/sql.txt
var sqlText string

//go:embed prompt/small.txt
var smallText string

// How much of what came before is told.
const (
	maxPast     = 5
	maxReadings = 3
	maxExamples = 3
)

// system is what stays the same: what to do, and what there is. Neither holds
// a date, a person or an id, so that the next question finds it understood: it
// is the first that the mask sees, so its names are the same each time.
func (a *run) system() []string {
	what := systemText
	switch {
	case a.Known.Small:
		what = smallText
	case a.sqlAllowed():
		what += sqlText
	}
	a.count()
	return []string{what, a.mask.hide(card(a.catalog, a.persons, a.Egress))}
}

// count notes what of the data the description tells.
func (a *run) count() {
	s := &a.finding.Shared
	for _, t := range a.catalog.Tables {
		s.Tables++
		s.Columns += len(t.Columns)
		for _, c := range t.Columns {
			if a.persons[plan.Col{Table: t.Name, Name: c.Name}] == "" {
				s.Values += min(len(c.Stats.Top), maxTop)
			}
		}
	}
}

// sqlAllowed reports whether the model may write SQL: where a column is kept
// from it, no statement could be told from one that reads that column.
func (a *run) sqlAllowed() bool {
	return a.SQL && !slices.ContainsFunc(a.Catalog.Tables, func(t catalog.Table) bool {
		return slices.ContainsFunc(t.Columns, func(c catalog.Column) bool { return c.Private })
	})
}

// opening is the question with what may help to read it.
func (a *run) opening() string {
	var b strings.Builder
	if a.Known.Small {
		return a.briefly()
	}
	a.past(&b)
	fmt.Fprintf(&b, "<now>%s</now>\n", a.Now.Format("Monday 2006-01-02"))
	a.readings(&b)
	a.examples(&b)
	fmt.Fprintf(&b, "<question>%s</question>", quoted(clean(a.Question)))
	return b.String()
}

// briefly is the question for a model that can hold little in mind: the
// likeliest plan, which it may send as it is, and then the question.
func (a *run) briefly() string {
	for _, r := range a.Readings {
		if a.tellable(r.Plan, a.Question) {
			return fmt.Sprintf("Plan that tabletalk found: %s\n%s", quoted(r.Plan.String()), quoted(clean(a.Question)))
		}
	}
	return quoted(clean(a.Question))
}

func (a *run) past(b *strings.Builder) {
	list := a.Past[max(0, len(a.Past)-maxPast):]
	if len(list) == 0 {
		return
	}
	b.WriteString("<conversation>\n")
	for _, p := range list {
		fmt.Fprintf(b, "asked %s", quoted(clean(p.Question)))
		if a.tellable(p.Plan, p.Question+" "+a.Question) {
			fmt.Fprintf(b, ", computed %s", quoted(p.Plan.String()))
		}
		b.WriteByte('\n')
	}
	b.WriteString("</conversation>\n")
}

func (a *run) readings(b *strings.Builder) {
	said := a.Question
	for _, p := range a.Past {
		said += " " + p.Question
	}
	n := 0
	for _, r := range a.Readings {
		if n == maxReadings || !a.tellable(r.Plan, said) {
			continue
		}
		if n++; n == 1 {
			b.WriteString("<readings>What tabletalk makes of the question by itself, the likeliest first. It may be wrong.\n")
		}
		fmt.Fprintf(b, "%d. %s, %s: %s", n, r.Confidence, quoted(explain.Restate(r.Plan, a.catalog)), quoted(r.Plan.String()))
		if len(r.Ignored) > 0 {
			fmt.Fprintf(b, "; not understood: %s", quoted(strings.Join(r.Ignored, ", ")))
		}
		b.WriteByte('\n')
	}
	if n > 0 {
		b.WriteString("</readings>\n")
	}
}

func (a *run) examples(b *strings.Builder) {
	n := 0
	for _, e := range a.Examples {
		if n == maxExamples || !a.tellable(e.Plan, e.Question) {
			continue
		}
		if n++; n == 1 {
			b.WriteString("<confirmed>Questions whose answers people confirmed.\n")
		}
		fmt.Fprintf(b, "%s: %s\n", quoted(clean(e.Question)), quoted(e.Plan.String()))
	}
	if n > 0 {
		b.WriteString("</confirmed>\n")
	}
}

// The names of the tools.
const (
	searchValues = "search_values"
	runQuery     = "run_query"
	askUser      = "ask_user"
)

// tools are what the model may use, always in the same order and bytes.
func (a *run) tools() []llm.Tool {
	query := llm.Tool{Name: runQuery, Description: "Checks a plan, computes it, and tells what was understood.",
		Schema: object([]string{"plan"}, property{"plan", "string", "one line in the language of plans"})}
	if a.Known.Small {
		return []llm.Tool{query}
	}
	if a.sqlAllowed() {
		query.Schema = object(nil, property{"plan", "string", "one line in the language of plans"}, property{"sql", "string", "one SELECT, where no plan can say it"})
	}
	list := []llm.Tool{query, {Name: askUser, Description: "Asks the person which of two to four meanings is wanted. Ends your turn.", Schema: json.RawMessage(askSchema)}}
	if a.Egress.Allows(Values) {
		search := llm.Tool{Name: searchValues, Description: "Finds values that occur in the tables, by words; says which are near where there is none.",
			Schema: object([]string{"words"}, property{"words", "string", "of the value"}, property{"column", "string", "only in this column, if given"})}
		list = append(list, search)
	}
	return list
}

const askSchema = `{"type":"object","properties":{"question":{"type":"string"},"options":{"type":"array","items":{"type":"object","properties":{"label":{"type":"string"},"plan":{"type":"string"}},"required":["label","plan"],"additionalProperties":false}}},"required":["question","options"],"additionalProperties":false}`

type property struct{ name, kind, says string }

// object writes the schema of a tool's input.
func object(required []string, list ...property) json.RawMessage {
	var b strings.Builder
	b.WriteString(`{"type":"object","properties":{`)
	for i, p := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `%q:{"type":%q,"description":%q}`, p.name, p.kind, p.says)
	}
	b.WriteString(`}`)
	if len(required) > 0 {
		raw, _ := json.Marshal(required) // names always encode
		fmt.Fprintf(&b, `,"required":%s`, raw)
	}
	b.WriteString(`,"additionalProperties":false}`)
	return json.RawMessage(b.String())
}

// planOf reads a plan of the model's.
func (a *run) planOf(text string) (*plan.Plan, error) {
	p, err := plan.Parse(a.mask.inPlan(text))
	if err != nil {
		return nil, err
	}
	return p, plan.Validate(p, a.catalog)
}
