package question

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"tabletalk/internal/fault"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/followup"
	"tabletalk/internal/question/lexicon"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/parse"
	"tabletalk/internal/question/rank"
	"tabletalk/internal/question/text"
)

// Limits of a question and of what is said about it.
const (
	UsualChars  = 4000 // characters of a question
	MaxKeys     = 2000 // things that "those" may stand for, one by one
	maxReadings = 8
	maxOptions  = 4
	maxProbes   = 4
	maxSteps    = 250_000 // of understanding one question: some 50 ms
)

// Understand reads a question. It never fails: what cannot be understood is a
// Refusal in the outcome.
func Understand(in Input) Outcome {
	if r := in.unreadable(); r != nil {
		return Outcome{Intent: "unclear", Refusal: r}
	}
	in, head := in.restarted()
	if head != "" {
		o := Understand(in)
		head = strings.TrimSpace(head)
		o.Words = append([]Word{{Span: plan.Span{End: len(head)}, Text: head, Kind: "followup"}}, o.Words...)
		return o
	}
	u := understanding{Input: in, lex: lexicon.English(), tokens: text.Tokenize(in.Text), steps: link.NewSteps(maxSteps)}
	if m := u.meta(); m != MetaNone {
		return Outcome{Intent: "meta", Meta: m}
	}
	if u.schema == nil {
		u.schema = link.NewSchema(in.Catalog, u.lex)
	}
	u.mentions = link.Link(u.tokens, u.schema, u.steps)
	if respelt, any := link.Respell(u.tokens, u.mentions, u.lex); any {
		u.tokens, u.mentions = respelt, link.Link(respelt, u.schema, u.steps)
	}
	u.sketches = parse.Sketches(u.parseInput())
	if r := u.refersToNothing(); r != nil {
		return Outcome{Intent: "unclear", Words: u.words(nil), Refusal: r}
	}
	if o, ok := u.schemaQuestion(); ok {
		return o
	}
	ranked := rank.Rank(u.drafts())
	if o, ok := u.everything(ranked); ok {
		return o
	}
	return u.outcome(ranked)
}

// understanding is one question on its way.
type understanding struct {
	Input
	lex      *lexicon.Lexicon
	tokens   []text.Token
	steps    *link.Steps
	mentions []link.Mention
	sketches []*parse.Sketch
	invalid  *fault.Error // why the first plan could not be computed
}

func (u *understanding) parseInput() parse.Input {
	return parse.Input{Question: u.Text, Tokens: u.tokens, Mentions: u.mentions, Schema: u.schema, Lexicon: u.lex, Steps: u.steps,
		Now: u.Now, WeekStart: u.Settings.WeekStart, FiscalStart: u.Settings.FiscalStart, Follows: len(u.History) > 0}
}

// schemaQuestion answers "what columns are there" without a query.
func (u *understanding) schemaQuestion() (Outcome, bool) {
	asks, other := false, false
	for i, t := range u.tokens {
		switch t.Norm {
		case "columns", "column", "fields", "schema", "variables":
			asks = true
		default:
			other = other || t.Kind != text.Punct && !u.lex.Noise(t.Norm) && !u.tableAt(i)
		}
	}
	for _, m := range u.mentions {
		other = other || m.Kind != link.TableMention && m.Score > 700 && !u.tableAt(m.Start)
	}
	if !asks || other {
		return Outcome{}, false
	}
	p := &plan.Plan{V: 1, Kind: plan.Schema, From: plan.From{Table: u.Catalog.Tables[0].Name}}
	for _, m := range u.mentions {
		if m.Kind == link.TableMention {
			p.From.Table = m.Table
		}
	}
	return Outcome{Intent: "schema", Words: u.words(nil), Readings: []Reading{{Plan: p, Confidence: High, Score: 1000}}}, true
}

// tableAt reports whether a token is part of a table's name after "of" or
// "in": what has the name there is the table, whatever else is called so.
func (u *understanding) tableAt(i int) bool {
	return slices.ContainsFunc(u.mentions, func(m link.Mention) bool {
		return m.Kind == link.TableMention && m.Start <= i && i < m.End && m.Start > 0 && slices.Contains([]string{"of", "in"}, u.tokens[m.Start-1].Norm)
	})
}

// unreadable refuses what is no question at all.
func (in Input) unreadable() *Refusal {
	most := cmp.Or(in.Settings.MaxChars, UsualChars)
	switch n := utf8.RuneCountInString(in.Text); {
	case n > most:
		return &Refusal{Code: "too_long", Reason: fmt.Sprintf("The question has %d characters; the limit, max-question-chars, is %d.", n, most)}
	case strings.TrimSpace(in.Text) == "":
		return &Refusal{Code: "empty", Reason: "There is no question."}
	case commands(in.Text) && len(in.History) == 0:
		return &Refusal{Code: "read_only", Reason: "Questions are only answered: nothing in the data is ever changed.", Try: tries(in.Catalog, 3)}
	case isSQL(in.Text):
		return &Refusal{Code: "is_sql", Reason: "This is SQL. Questions are asked in words here; SQL has a place of its own, where one SELECT is run.", Try: tries(in.Catalog, 3)}
	case in.Catalog == nil || len(in.Catalog.Tables) == 0:
		return &Refusal{Code: "no_data", Reason: "There is no table to ask about yet."}
	}
	return nil
}

// sqlForms are texts that only SQL has.
var sqlForms = []*regexp.Regexp{
	regexp.MustCompile(`(?is)^\s*select\s+(distinct\s+)?([*'"]|\w+\s*\(|\d+\s*(;|,|$|from\b))`),
	regexp.MustCompile(`(?s)^\s*SELECT\s.*\sFROM\s`),
	regexp.MustCompile(`(?is)^\s*with\s+\w+\s+as\s*\(`),
	regexp.MustCompile(`(?is);\s*(select|drop|delete|insert|update|alter|create|attach)\b`),
	regexp.MustCompile(`(?is)\bunion\s+(all\s+)?select\b`),
}

func isSQL(s string) bool {
	s = s[:min(len(s), 2000)]
	return slices.ContainsFunc(sqlForms, func(r *regexp.Regexp) bool { return r.MatchString(s) })
}

// commands reports whether a text begins with an order to change the data.
func commands(s string) bool {
	words := text.Words(s[:min(len(s), 60)])
	if len(words) > 1 && words[0] == "please" {
		words = words[1:]
	}
	if len(words) == 0 {
		return false
	}
	switch words[0] {
	case "delete", "update", "insert", "alter", "truncate", "erase", "overwrite", "rename", "drop", "grant", "exec", "execute",
		"remove", "pretend", "suppose", "imagine":
		return true
	}
	return false
}

// drafts are the plans of all sketches.
func (u *understanding) drafts() []*parse.Draft {
	var out []*parse.Draft
	for _, s := range u.sketches {
		d := s.Build(parse.Choice{})
		if d == nil {
			continue
		}
		if err := plan.Validate(d.Plan, u.Catalog); err != nil {
			if u.invalid == nil {
				u.invalid = fault.Of(err)
			}
			continue
		}
		out = append(out, d)
	}
	if len(u.History) == 0 {
		return out
	}
	for _, d := range out {
		d.Bonus -= followup.PassedOver(d.Sketch)
		if word, ok := d.Sketch.OpensWith("remove", "swap"); ok {
			d.Unused = append(d.Unused, parse.Unused{Class: "negation", Text: word})
		}
	}
	for _, d := range followup.Drafts(u.last(), u.sketches) {
		if plan.Validate(d.Plan, u.Catalog) == nil {
			out = append(out, d)
		}
	}
	return out
}

func (u *understanding) outcome(ranked []rank.Ranked) Outcome {
	o := Outcome{Intent: "unclear", Words: u.words(ranked)}
	if len(ranked) == 0 {
		r := u.refusal(nil)
		if o.Asks = u.clarification(r, nil); o.Asks == nil {
			o.Refusal = r
		}
		return o
	}
	if r := u.refusal(&ranked[0]); r != nil {
		if o.Asks = u.clarification(r, &ranked[0]); o.Asks == nil {
			o.Refusal = r
		}
		return o
	}
	o.Intent = intent(ranked[0].Plan)
	for i := range ranked[:min(len(ranked), maxReadings)] {
		if i > 0 && ranked[i].Score < ranked[0].Score-900 {
			break
		}
		o.Readings = append(o.Readings, u.reading(&ranked[i]))
	}
	o.Probes = probes(o.Readings)
	return o
}

func (u *understanding) reading(r *rank.Ranked) Reading {
	out := Reading{Plan: r.Plan, Score: r.Score, Edit: r.Edit}
	out.judge(r.Judged)
	for _, x := range r.Unused {
		if x.Class != "light" && x.Class != "noun" && !slices.Contains(out.Ignored, x.Text) {
			out.Ignored = append(out.Ignored, x.Text)
		}
	}
	out.Assumptions = u.assumptions(r)
	if r.Edit != "" {
		u.noSurer(&out)
	}
	return out
}

// intent names what kind of question a plan answers.
func intent(p *plan.Plan) string {
	switch {
	case p.Kind == plan.Rows && p.Limit != nil, p.Limit != nil && len(p.Group) > 0:
		return "rank"
	case p.Kind == plan.Series, p.Kind == plan.Trend:
		return "trend"
	case p.Kind == plan.Share, p.Kind == plan.Compare:
		return string(p.Kind)
	case p.Kind == plan.Schema:
		return "schema"
	case p.Kind == plan.Rows && p.Where != nil:
		return "filter"
	case p.Kind == plan.Rows:
		return "list"
	}
	return "aggregate"
}

// Decide chooses with what the probes found; results are in the order of
// outcome.Probes and may be fewer. It asks where readings that give different
// results are as likely as each other.
func Decide(o Outcome, results []ProbeResult) Decision {
	if o.Asks != nil {
		return Decision{Status: Clarify, Question: o.Asks.Question, Options: o.Asks.Options}
	}
	if o.Refusal != nil || len(o.Readings) == 0 {
		r := o.Refusal
		if r == nil {
			r = &Refusal{Code: "unknown_words", Reason: "The question could not be tied to the data."}
		}
		return Decision{Status: Refused, Refusal: r}
	}
	readings := weigh(o, results)
	first := &readings[0].Reading
	if options := rivals(readings); len(options) > 1 && first.Confidence != High {
		return Decision{Status: Clarify, Question: "This can be read in several ways. Which one is meant?", Options: options}
	}
	return Decision{Status: Answered, Reading: first}
}
