package question

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

func ask(c *catalog.Catalog, q string, history ...Turn) (Outcome, Decision) {
	o := Understand(Input{Text: q, Catalog: c, History: history, Now: clock, Settings: DefaultSettings()})
	return o, Decide(o, nil)
}

func planText(t *testing.T, c *catalog.Catalog, q string) string {
	t.Helper()
	_, d := ask(c, q)
	if d.Status != Answered {
		return fmt.Sprint(d.Status)
	}
	return plan.Canonical(d.Reading.Plan).String()
}

// Words of politeness, case, plural and order of conditions change nothing.
func TestParaphrasesGiveTheSamePlan(t *testing.T) {
	c := readCatalog(t, "sales")
	for _, same := range [][]string{
		{"total revenue by region", "Show me the total revenue by region", "TOTAL REVENUE BY REGION", "could you please give me total revenue per region?", "total revenue for each region", "total revenue in each region"},
		{"revenue in the West last quarter", "last quarter revenue in the west", "what was the revenue in the West in the last quarter?"},
		{"top 5 customers by revenue", "top five customers by revenue", "the top 5 customers by revenue", "show the top 5 customers by total revenue"},
		{"how many customers are there", "number of customers", "count the customers", "what is the number of customers?", "number of different customers"},
		{"average discount by channel", "mean discount by channel", "avg discount per channel"},
	} {
		want := planText(t, c, same[0])
		for _, q := range same[1:] {
			if got := planText(t, c, q); got != want {
				t.Errorf("%q\n  gives %s\n  but %q\n  gives %s", q, got, same[0], want)
			}
		}
	}
}

// Questions that look alike and differ.
func TestContrastsGiveOtherPlans(t *testing.T) {
	c := readCatalog(t, "sales")
	for _, pair := range [][2]string{
		{"top 5 customers by revenue", "bottom 5 customers by revenue"},
		{"revenue excluding returned orders", "revenue of returned orders"},
		{"revenue before june 2024", "revenue after june 2024"},
		{"average revenue by region", "total revenue by region"},
		{"discount over 20%", "discount under 20%"},
		{"top 3 products in each category", "top 3 products"},
		{"number of customers", "number of rows"},
	} {
		if a, b := planText(t, c, pair[0]), planText(t, c, pair[1]); a == b {
			t.Errorf("%q and %q both give %s", pair[0], pair[1], a)
		}
	}
}

func TestRefusals(t *testing.T) {
	c := readCatalog(t, "sales")
	for q, code := range map[string]string{
		"":                                 "empty",
		"   \n":                            "empty",
		strings.Repeat("revenue ", 12_500): "too_long",
		"revenue for Contoso":              "unknown_words",
		"what's the weather in Paris?":     "unknown_words",
		"delete all returned orders":       "read_only",
		"asdf qwer zxcv":                   "unknown_words",
		"ciao, come stai?":                 "unknown_words",
	} {
		o, d := ask(c, q)
		if d.Status != Refused || d.Refusal.Code != code {
			t.Errorf("%.40q: %v %+v, want a refusal %q", q, d.Status, o.Refusal, code)
		}
	}
	if o := Understand(Input{Text: "anything", Now: clock}); o.Refusal == nil || o.Refusal.Code != "no_data" {
		t.Errorf("without tables: %+v", o.Refusal)
	}
}

// What cannot be measured as it stands is asked about, with plans that can be.
func TestVagueQuestionsAreAskedAbout(t *testing.T) {
	c := readCatalog(t, "sales")
	for _, q := range []string{"how many good customers do we have", "show me performance", "how are our numbers?"} {
		_, d := ask(c, q)
		if d.Status != Clarify || d.Question == "" || len(d.Options) < 2 || len(d.Options) > 4 {
			t.Errorf("%q: %s with %d options", q, d.Status, len(d.Options))
		}
		for _, o := range d.Options {
			if err := plan.Validate(o.Plan, c); err != nil || o.Label == "" {
				t.Errorf("%q: the option %q is not valid: %v", q, o.Label, err)
			}
		}
	}
}

// Rivals that are as likely are asked about, but not where their results are
// the same, where one has no rows, or where one only shows less.
func TestCloseRivalsAreAskedAbout(t *testing.T) {
	reading := func(score int, text string) Reading {
		p, err := plan.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return Reading{Score: score, Plan: p, Confidence: Medium}
	}
	sum, average, rows := reading(900, "a | sum(x) as s"), reading(890, "a | avg(x) as s"), reading(890, "a | select x")
	far := reading(700, "a | max(x) as s")
	for _, tt := range []struct {
		name     string
		readings []Reading
		results  []ProbeResult
		want     Status
	}{
		{"near", []Reading{sum, average}, nil, Clarify},
		{"far", []Reading{sum, far}, nil, Answered},
		{"the same result", []Reading{sum, average}, []ProbeResult{{Digest: "1"}, {Digest: "1"}}, Answered},
		{"other results", []Reading{sum, average}, []ProbeResult{{Digest: "1"}, {Digest: "2"}}, Clarify},
		{"no rows", []Reading{sum, average}, []ProbeResult{{Digest: "1"}, {Empty: true}}, Answered},
		{"the rows behind", []Reading{sum, reading(890, "a")}, nil, Answered},
		{"another column beside", []Reading{rows, reading(890, "a | select x, y")}, nil, Answered},
		{"other rows", []Reading{sum, rows}, nil, Clarify},
	} {
		o := Outcome{Readings: tt.readings}
		o.Probes = probes(o.Readings)
		if d := Decide(o, tt.results); d.Status != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, d.Status, tt.want)
		}
	}
}

func TestRefusalNamesWhatIsNear(t *testing.T) {
	c := readCatalog(t, "sales")
	_, d := ask(c, "revenue for Globax Inc")
	if d.Status != Refused && d.Reading.Confidence == High {
		t.Errorf("an unknown name was answered surely: %s", d.Reading.Plan)
	}
	_, d = ask(c, "revenue by segmentation")
	if d.Status == Answered && d.Reading.Confidence == High && !strings.Contains(d.Reading.Plan.String(), "segment") {
		t.Errorf("an unknown key was passed over: %s", d.Reading.Plan)
	}
}

// A word that the plan does not use is shown, and the reading is not sure.
func TestUnusedWordsLowerConfidence(t *testing.T) {
	c := readCatalog(t, "sales")
	for _, q := range []string{"premium revenue by region", "revenue by region for loyal shoppers", "seasonal discount by channel"} {
		_, d := ask(c, q)
		if d.Status == Answered && (d.Reading.Confidence == High || len(d.Reading.Ignored) == 0) {
			t.Errorf("%q: %s, ignored %v", q, d.Reading.Confidence, d.Reading.Ignored)
		}
	}
}

// Columns may be named by signs alone; they are never spoken of, and nothing
// breaks.
func TestNamesWithoutWords(t *testing.T) {
	c := readCatalog(t, "sales")
	for _, name := range []string{"#", "—", "%", "..", "()"} {
		c.Tables[0].Columns = append(c.Tables[0].Columns, catalog.Column{Name: name, Type: table.Integer, Role: catalog.Measure})
	}
	if _, d := ask(c, "total revenue by region"); d.Status != Answered {
		t.Errorf("%s: %+v", d.Status, d.Refusal)
	}
	for _, q := range []string{"how many #", "top 5 customers by %", "the — of each region", "()"} {
		ask(c, q)
	}
}

func TestMeta(t *testing.T) {
	c := readCatalog(t, "sales")
	for q, want := range map[string]Meta{
		"how was that calculated?": MetaExplain, "explain how that was calculated": MetaExplain, "How did you get that number?": MetaExplain,
		"can you explain the result please": MetaExplain, "show me the SQL": MetaExplain, "what's the formula behind that?": MetaExplain, "where does this number come from": MetaExplain,
		"undo": MetaUndo, "undo that please": MetaUndo, "go back one step": MetaUndo, "take that back": MetaUndo, "back to the previous answer": MetaUndo,
		"Start over": MetaReset, "Reset!": MetaReset, "let's start again": MetaReset, "forget everything, please": MetaReset,
		"help": MetaHelp, "what can I ask?": MetaHelp,
		"how many customers were calculated": MetaNone, "explain revenue": MetaNone, "revenue by region": MetaNone, "start over. revenue by region": MetaNone,
	} {
		if o, _ := ask(c, q); o.Meta != want {
			t.Errorf("%q is %q, want %q", q, o.Meta, want)
		}
	}
}

// A wish to start over may stand before a question, which then follows nothing.
func TestRestart(t *testing.T) {
	c := readCatalog(t, "sales")
	for q, rest := range map[string]string{
		"start over. revenue by region": "revenue by region", "Start over: revenue by region": "revenue by region", "start over and show revenue by region": "show revenue by region",
		"forget that, revenue by region": "revenue by region", "new question - revenue by region": "revenue by region", "please start again\nrevenue by region": "revenue by region",
		"start over": "", "Reset!": "", "clear revenue by region": "", "new customers by region": "", "start over...": "",
	} {
		if at, ok := Restart(q); ok != (rest != "") || ok && q[at:] != rest {
			t.Errorf("%q: the question begins at %d %v, want %q", q, at, ok, rest)
		}
	}
	_, first := ask(c, "revenue by region in 2024")
	before := Turn{Plan: first.Reading.Plan}
	if _, d := ask(c, "start over. only the West", before); d.Status == Answered && strings.Contains(d.Reading.Plan.String(), "2024") {
		t.Errorf("a question after a new start follows what was before it: %s", d.Reading.Plan)
	}
	o, d := ask(c, "start over. revenue by channel", before)
	if d.Status != Answered || d.Reading.Confidence != High || o.Words[0].Text != "start over." || o.Words[1].Text != "revenue" {
		t.Errorf("%s %+v", d.Status, o.Words)
	}
}

func TestSameQuestionSameOutcome(t *testing.T) {
	c := readCatalog(t, "sales")
	for _, q := range []string{"revenue in Washington", "top customers by revenue last quarter", "orders with rating below average by region"} {
		first, _ := ask(c, q)
		for range 20 {
			again, _ := ask(readCatalog(t, "sales"), q)
			if a, b := shape(first), shape(again); a != b {
				t.Fatalf("%q: %s\nthen: %s", q, a, b)
			}
		}
	}
}

func shape(o Outcome) string {
	var b strings.Builder
	for _, r := range o.Readings {
		fmt.Fprintf(&b, "%d %s %s\n", r.Score, r.Confidence, r.Plan)
	}
	return b.String()
}

func TestWordsLieInTheQuestion(t *testing.T) {
	c := readCatalog(t, "sales")
	q := "what’s the total revenue for “Acme Corp” in 2024, by région?"
	o, _ := ask(c, q)
	for _, w := range o.Words {
		if w.Span.Start < 0 || w.Span.End > len(q) || q[w.Span.Start:w.Span.End] != w.Text {
			t.Errorf("word %+v is not at its place", w)
		}
	}
	if len(o.Words) == 0 {
		t.Error("no word was explained")
	}
}

func TestSuggestionsAreUnderstood(t *testing.T) {
	for _, name := range []string{"sales", "orders"} {
		c := readCatalog(t, name)
		list := Suggest(Input{Catalog: c, Now: clock, Settings: DefaultSettings()}, 8)
		if len(list) < 3 {
			t.Fatalf("%s: only %q are suggested", name, list)
		}
		for _, q := range list {
			if _, d := ask(c, q); d.Status != Answered || d.Reading.Confidence == Low {
				t.Errorf("%s: the suggestion %q is not answered surely", name, q)
			}
		}
	}
}

func TestEmptyProbeMakesAReadingLose(t *testing.T) {
	two := []Reading{{Score: 1000, Confidence: High, Plan: &plan.Plan{From: plan.From{Table: "a"}}}, {Score: 800, Confidence: High, Plan: &plan.Plan{From: plan.From{Table: "b"}}}}
	o := Outcome{Readings: two, Probes: []Probe{{Reading: 0}, {Reading: 1}}}
	if d := Decide(o, []ProbeResult{{Empty: true}, {}}); d.Reading.Plan.From.Table != "b" {
		t.Error("a reading without rows was preferred")
	}
	if d := Decide(o, nil); d.Reading.Plan.From.Table != "a" {
		t.Error("without results the first reading is taken")
	}
}

func FuzzUnderstand(f *testing.F) {
	for _, s := range []string{"revenue by region", "top 5 customers", "orders > 5k in 2024-02-30", "\u202eby 'x\" 99999999999999999999%", "a b c d e f", "not not not", "between and", "((((", "“", "5 of the of the 3rd", "which is more, Acme Corp or Globex"} {
		f.Add(s)
	}
	sales, orders := readCatalog(f, "sales"), readCatalog(f, "orders")
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			t.Skip()
		}
		var last []Turn
		for _, c := range []*catalog.Catalog{sales, orders, sales} {
			o, d := ask(c, s, last...)
			for _, r := range o.Readings {
				if err := plan.Validate(r.Plan, c); err != nil {
					t.Fatalf("%q gives a plan that is not valid: %v", s, err)
				}
			}
			last = nil
			if d.Status == Answered {
				last = []Turn{{Text: s, Plan: d.Reading.Plan, Keys: firstKeys(d.Reading.Plan, c)}}
			}
		}
	})
}

// The work on a question is bounded by counting it: a question that is too
// long to try all its readings has the best one found, which says so.
func TestLongQuestionsAreCutShort(t *testing.T) {
	cut := func(o Outcome) bool {
		return len(o.Readings) > 0 && slices.ContainsFunc(o.Readings[0].Assumptions, func(a Assumption) bool { return a.Code == "cut_short" })
	}
	c := wide()
	long, _ := ask(c, strings.Repeat("metric 4 by customer and product in 2024 ", 80))
	if !cut(long) || long.Readings[0].Confidence == High {
		t.Errorf("a question at the limit is not said to be cut short: %v", long.Readings)
	}
	if short, _ := ask(c, "total metric 7 by customer last month"); cut(short) {
		t.Error("a short question is said to be cut short")
	}
}
