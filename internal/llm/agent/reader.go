package agent

import (
	"context"
	"errors"
	"time"

	"tabletalk/internal/catalog"
	"tabletalk/internal/llm"
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// Data computes. Errors are faults.
type Data interface {
	// Query computes a plan that is valid for the catalog that it comes with.
	Query(ctx context.Context, p *plan.Plan, c *catalog.Catalog) (*table.Rows, error)
	// SQL runs one SELECT through the gate that all SQL passes.
	SQL(ctx context.Context, text string) (*table.Rows, error)
}

// Reader reads questions with a language model. Its methods may be called at
// once.
type Reader struct {
	Provider llm.Provider
	Model    string
	Known    llm.Model // what is known of it
	Budget   Budget
	SQL      bool // the model may also write SQL: model-sql
}

// Task is one question with what is known of it.
type Task struct {
	Question string
	Catalog  *catalog.Catalog
	Egress   Egress
	Now      time.Time
	Past     []Past    // of the conversation, oldest first
	Readings []Reading // what the engine without a model found, best first
	Examples []Example // answers that people confirmed, the most alike first
	Data     Data
	Before   Spent       // by others who were asked the same, under the same budget
	Share    Share       // of what a workspace or a person may still spend
	On       func(Event) // may be nil
}

// Past is an earlier question of the conversation.
type Past struct {
	Question string
	Plan     *plan.Plan
}

// Reading is one way in which the question was read without a model.
type Reading struct {
	Plan       *plan.Plan
	Confidence string
	Ignored    []string
}

// Example is a question with the plan that people confirmed for it.
type Example struct {
	Question string
	Plan     *plan.Plan
}

// Event is something that a person who waits may see.
type Event struct {
	Stage string // what is being done, in a word or two
	Text  string // a sentence of the answer, verified
	Reset bool   // the sentences before do not count
}

// Finding is what came of a question. Plan, SQL or Asks is set; where there
// is an error, only what was spent and sent.
type Finding struct {
	Plan    *plan.Plan
	SQL     string
	Text    string   // of the answer, its numbers put in; empty where it could not be verified
	Dropped []string // why the text was dropped
	Asks    *Asks
	Ran     []string // what was computed, in words
	Spent   Spent
	Sent    []llm.Sent
	Shared  Shared
}

// Asks is a question back.
type Asks struct {
	Question string
	Options  []Option
}

// Option is one answer to it.
type Option struct {
	Label string
	Plan  *plan.Plan
}

// Shared counts what of the data was sent.
type Shared struct {
	Tables  int `json:"tables"`
	Columns int `json:"columns"`
	Values  int `json:"values"` // in the description of the tables, and looked up
	Rows    int `json:"rows"`   // of results
}

// Add counts s and v together.
func (s Shared) Add(v Shared) Shared {
	return Shared{Tables: s.Tables + v.Tables, Columns: s.Columns + v.Columns, Values: s.Values + v.Values, Rows: s.Rows + v.Rows}
}

// run is one question on its way.
type run struct {
	*Reader
	Task
	budget  Budget
	model   llm.Model
	catalog *catalog.Catalog // what the model may know
	mask    *mask
	persons persons // the columns by which people are known
	request llm.Request
	results []result
	seen    map[string]bool // plans that ran, by hash
	nudged  bool
	mended  bool // the model was asked to put its text right
	finding *Finding
}

// Ask lets the model read a question. The finding is never nil: it says what
// was sent and spent. An error is a *Trouble, or the context's.
func (r *Reader) Ask(ctx context.Context, t Task) (*Finding, error) {
	a := r.begin(t)
	ctx, cancel := a.within(ctx)
	defer cancel()
	for {
		resp, err := a.call(ctx)
		if err != nil {
			return a.finding, err
		}
		done, err := a.take(ctx, resp)
		if done || err != nil {
			return a.finding, err
		}
	}
}

// within bounds the time of all that is asked, and notes what is sent.
func (a *run) within(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, a.Budget.Time)
	return llm.Record(ctx, func(s llm.Sent) { a.finding.Sent = append(a.finding.Sent, s) }), cancel
}

func (r *Reader) begin(t Task) *run {
	a := &run{Reader: r, Task: t, budget: r.Budget.within(t.Share), model: r.Known, catalog: visible(t.Catalog, t.Egress), mask: newMask(), seen: map[string]bool{}, finding: &Finding{}}
	a.persons = personsIn(t.Catalog)
	a.request = llm.Request{Model: r.Model, MaxTokens: min(4096, r.Known.MaxOutput), Tools: a.tools(), System: a.system()}
	a.learn()
	a.request.Messages = []llm.Message{llm.Say(llm.User, a.mask.hide(a.opening()))}
	return a
}

// call makes the next call, if the budget has room for it.
func (a *run) call(ctx context.Context) (*llm.Response, error) {
	if setting := a.exceeded(a.request); setting != "" {
		return nil, &Trouble{Code: "model_budget", Text: "The language model was stopped: the question would have needed more than it may (" + setting + ")."}
	}
	a.finding.Spent.Calls++
	teller := a.teller()
	resp, err := a.Provider.Stream(ctx, a.request, teller.hear)
	if err != nil {
		teller.forget()
		var e *llm.Error
		if teller.heard > 0 || errors.As(err, &e) && e.Lost() { // what was written costs, whoever ended it
			a.pay(llm.Guess(&a.request, teller.heard))
		}
		return nil, a.trouble(ctx, err)
	}
	a.pay(resp.Usage)
	if len(resp.Calls()) > 0 {
		teller.forget() // what came before a call was no answer
	}
	return resp, nil
}

// pay counts what a call took.
func (a *run) pay(u llm.Usage) {
	a.finding.Spent.Usage = a.finding.Spent.Usage.Add(u)
	a.finding.Spent.Micros += a.model.Micros(u)
}

// trouble says why a call failed. A person who gave up is no trouble, but our
// own limit of time is.
func (a *run) trouble(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	return unavailable(err)
}

// take goes on from a response: done when there is a finding.
func (a *run) take(ctx context.Context, resp *llm.Response) (done bool, err error) {
	switch {
	case resp.Stop == llm.Refused:
		return false, &Trouble{Code: "model_refused", Text: "The language model declined to read this question.", Next: true}
	case resp.Stop == llm.TooLong:
		return false, &Trouble{Code: "model_budget", Text: "The language model was stopped: the conversation is longer than it can read.", Next: true}
	case resp.Stop == llm.CutShort:
		return false, a.shorter(resp)
	case len(resp.Calls()) > 0:
		return a.use(ctx, resp)
	case resp.Stop == llm.Unknown:
		return false, &Trouble{Code: "model_unavailable", Text: "The language model was not used: its answer ended for a reason that is not known.", Next: true}
	}
	return a.conclude(resp)
}

// say adds our next message behind the model's.
func (a *run) say(resp *llm.Response, blocks ...llm.Block) {
	for i := range blocks {
		blocks[i].Text = a.mask.hide(blocks[i].Text)
	}
	a.request.Messages = append(a.request.Messages, llm.Message{Role: llm.Assistant, Blocks: resp.Blocks}, llm.Message{Role: llm.User, Blocks: blocks})
}

// shorter asks for less after an answer that was cut. A call that was cut is
// not run; it is not even repeated to the model.
func (a *run) shorter(resp *llm.Response) error {
	kept := &llm.Response{}
	for _, b := range resp.Blocks {
		if b.Call == nil {
			kept.Blocks = append(kept.Blocks, b)
		}
	}
	if len(kept.Blocks) == 0 || a.nudged {
		return &Trouble{Code: "model_no_answer", Text: "The language model did not come to an answer."}
	}
	a.nudged = true
	a.say(kept, llm.Block{Text: "That was cut off. Say it shorter: one call of a tool, or one or two sentences."})
	return nil
}

// conclude takes a text for the answer, if it can be one.
func (a *run) conclude(resp *llm.Response) (done bool, err error) {
	if len(a.results) == 0 {
		if a.nudged || len(resp.Blocks) == 0 {
			return false, &Trouble{Code: "model_no_answer", Text: "The language model found no answer in the tables."}
		}
		a.nudged = true
		a.say(resp, llm.Block{Text: "Nothing was computed yet. If the tables can answer the question, use run_query; values are references to its results. If they cannot, say so again."})
		return false, nil
	}
	text, wrong := a.verify(resp.Text())
	if len(wrong) > 0 && !a.mended && len(resp.Blocks) > 0 {
		a.mended = true
		a.say(resp, llm.Block{Text: mend(wrong)})
		a.tell(Event{Reset: true})
		return false, nil
	}
	last := a.answering(resp.Text())
	a.finding.Plan, a.finding.SQL = last.plan, last.sql
	if len(wrong) > 0 {
		a.finding.Dropped = wrong
		a.tell(Event{Reset: true})
	} else {
		a.finding.Text = text
	}
	return true, nil
}

func (a *run) tell(e Event) {
	if a.On != nil {
		a.On(e)
	}
}
