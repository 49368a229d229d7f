package agent

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"tabletalk/internal/explain"
	"tabletalk/internal/llm"
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

//go:embed prompt/write.txt
var writeText string

// Text is a short text that a model may write besides reading questions.
type Text string

// The texts.
const (
	Explain  Text = "explain"  // a paragraph about a result
	Name     Text = "name"     // a name for a session, of a few words
	Describe Text = "describe" // a line for each column of a table
	Suggest  Text = "suggest"  // questions that the tables can answer, a line each
)

// Writing is a text to be written.
type Writing struct {
	Text   Text
	Plan   *plan.Plan                        // Explain: what was computed
	Rows   *table.Rows                       // Explain: its result
	Table  string                            // Describe: which table
	Topics []string                          // Name: what was asked
	Works  func(questions []string) []string // Suggest: those that are understood
}

// Write lets the model write a text. It passes the same checks as an answer,
// and may be put right once. The finding is never nil; an error is a *Trouble,
// or the context's.
func (r *Reader) Write(ctx context.Context, t Task, w Writing) (*Finding, error) {
	a := r.begin(t)
	a.request.Tools, a.request.System[0] = nil, writeText
	if w.Plan != nil && !a.tellable(w.Plan, t.Question) {
		return a.finding, &Trouble{Code: "model_not_allowed", Text: "The language model was not asked: it may not know all that this is about."}
	}
	a.request.Messages = []llm.Message{llm.Say(llm.User, a.mask.hide(a.order(w)))}
	ctx, cancel := a.within(ctx)
	defer cancel()
	for {
		resp, err := a.call(ctx)
		if err != nil {
			return a.finding, err
		}
		text, wrong := a.written(w, resp)
		if len(wrong) == 0 {
			a.finding.Text = text
			return a.finding, nil
		}
		if a.mended || len(resp.Blocks) == 0 {
			a.finding.Dropped = wrong
			return a.finding, &Trouble{Code: "model_no_answer", Text: "What the language model wrote could not be verified."}
		}
		a.mended = true
		a.say(resp, llm.Block{Text: mend(wrong)})
	}
}

// order says what is to be written.
func (a *run) order(w Writing) string {
	var b strings.Builder
	switch w.Text {
	case Explain:
		rows := a.known(w.Plan, w.Rows)
		says := explain.Restate(w.Plan, a.catalog)
		a.results = []result{{plan: w.Plan, rows: rows, says: says, terms: w.Plan.String() + " " + says}}
		a.learnPlan(w.Plan)
		shown := a.shows(rows, a.persons.shown(w.Plan))
		shown.ReadAs = says
		fmt.Fprintf(&b, "<result>%s</result>\nExplain this result in one paragraph of two to four sentences: what was computed, and what stands out.", shown.text())
	case Name:
		for _, q := range w.Topics[:min(len(w.Topics), 20)] {
			fmt.Fprintf(&b, "asked %s\n", quoted(short(q)))
		}
		b.WriteString("Give this work a name of two to five words.")
	case Describe:
		fmt.Fprintf(&b, "Describe the columns of the table %s, one line each: the name of the column, a colon, and what it holds in at most twelve words.", quoted(w.Table))
	case Suggest:
		fmt.Fprintf(&b, "Write %d questions that people would ask about these tables, and that the tables can answer by counting, adding up, averaging, comparing or ranking. "+
			"One a line, in plain words of at most %d, each with the names of columns as they are.", suggested, questionWords)
	}
	return b.String()
}

// Of suggestions: how many are asked for, and how long one is.
const (
	suggested     = 8
	questionWords = 14
)

// questions keeps the lines that are questions which are understood.
func (a *run) questions(said string, works func([]string) []string) (text string, wrong []string) {
	var list []string
	for line := range strings.Lines(said) {
		q := a.plain(strings.TrimLeft(strings.TrimSpace(line), "-*•0123456789.) "))
		if q != "" && len(strings.Fields(q)) <= 2*questionWords && len(markup(q)) == 0 && !masked.MatchString(q) {
			list = append(list, q)
		}
	}
	if list = works(list); len(list) == 0 {
		wrong = append(wrong, "no line is a question that these tables answer: use the names of columns, and plain words")
	}
	return strings.Join(list, "\n"), wrong
}

// written checks a text; each line of a description by itself.
func (a *run) written(w Writing, resp *llm.Response) (text string, wrong []string) {
	if resp.Stop != llm.Done || strings.TrimSpace(resp.Text()) == "" {
		return "", []string{"there is no text, or it is cut off: write less"}
	}
	switch w.Text {
	case Name:
		text, wrong = a.verify(strings.Trim(strings.TrimSpace(resp.Text()), "\"'“”.#* "))
		if len([]rune(text)) > 60 || strings.ContainsAny(text, "\n:") {
			wrong = append(wrong, "a name has two to five words")
		}
		return text, wrong
	case Describe:
		return a.described(w.Table, resp.Text())
	case Suggest:
		return a.questions(resp.Text(), w.Works)
	}
	return a.verify(resp.Text())
}

// described keeps the lines that are about columns of the table.
func (a *run) described(name, said string) (text string, wrong []string) {
	t := a.catalog.Table(name)
	var lines []string
	for line := range strings.Lines(said) {
		column, says, ok := strings.Cut(strings.Trim(strings.TrimSpace(line), "-*• "), ":")
		column = unquote(strings.Trim(column, "`* "))
		if !ok || t == nil || t.Column(column) == nil {
			continue
		}
		shown, bad := a.sentence(says)
		if r := []rune(shown); len(r) > 160 {
			bad = append(bad, "a line has at most twelve words")
		}
		wrong = append(wrong, bad...)
		lines = append(lines, column+": "+shown)
	}
	if len(lines) == 0 {
		wrong = append(wrong, "no line is about a column of the table")
	}
	return strings.Join(lines, "\n"), wrong
}
