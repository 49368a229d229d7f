package evalset

import (
	"flag"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"tabletalk/internal/question"
)

var (
	sets    = flag.String("set", "", "sets to measure: spider1, spiderN, geo, nvbench, wtq, sqa")
	every   = flag.Int("every", 20, "measure each n-th table of a set")
	offset  = flag.Int("offset", 0, "which of the n")
	shown   = flag.Int("show", 0, "how many failures to print")
	skipTo  = flag.Int("skip", 0, "how many failures to pass over")
	only    = flag.String("only", "", "print failures of this sort only: wrong, high, refused, clarify")
	matched = flag.String("match", "", "only questions that hold this text")
)

// clock is late enough for every set.
var clock = time.Date(2025, 6, 18, 9, 0, 0, 0, time.UTC)

// TestEval measures the sets named with -set.
func TestEval(t *testing.T) {
	if *sets == "" {
		return // a tool: see TestFloor for what must hold
	}
	dir := root(t)
	for _, name := range strings.Split(*sets, ",") {
		fmt.Println(measure(t, name, load(t, name, dir)))
	}
}

// TestFloor asks a few tables of each set of single tables: the engine must
// not fall far below what it reached.
func TestFloor(t *testing.T) {
	dir := root(t)
	*every = 100
	for name, floor := range map[string]int{"spider1": 45, "wtq": 15} {
		c := count(load(t, name, dir))
		if c.n == 0 || 100*c.right < floor*c.n {
			t.Errorf("%s: %s, the floor is %d%%", name, c, floor)
		}
	}
}

type tally struct {
	n, right, rightHigh, wrong, wrongHigh, clarify, refused, failed int
	took                                                            []time.Duration
}

func (c *tally) String() string {
	pct := func(k int) string { return fmt.Sprintf("%.1f%%", 100*float64(k)/float64(max(c.n, 1))) }
	sort.Slice(c.took, func(i, j int) bool { return c.took[i] < c.took[j] })
	at := func(q float64) time.Duration {
		if len(c.took) == 0 {
			return 0
		}
		return c.took[int(q*float64(len(c.took)-1))].Round(10 * time.Microsecond)
	}
	return fmt.Sprintf("n=%d right %s (high %.0f%% of them) wrong %s wrong-high %s clarified %s refused %s failed %d | understand p50 %v p95 %v",
		c.n, pct(c.right), 100*float64(c.rightHigh)/float64(max(c.right, 1)), pct(c.wrong), pct(c.wrongHigh), pct(c.clarify), pct(c.refused), c.failed, at(0.5), at(0.95))
}

func measure(t *testing.T, name string, items []item) string {
	return name + ": " + count(items).String()
}

// count runs every n-th table of a set.
func count(items []item) *tally {
	var keys []string
	byFiles := map[string][]item{}
	for _, it := range items {
		k := strings.Join(it.files, "|")
		if _, ok := byFiles[k]; !ok {
			keys = append(keys, k)
		}
		byFiles[k] = append(byFiles[k], it)
	}
	sort.Strings(keys)
	if len(keys) == 1 { // one set of tables: sample its questions
		byFiles[keys[0]] = sample(byFiles[keys[0]])
	} else {
		keys = sample(keys)
	}
	var c tally
	printed := 0
	for _, k := range keys {
		w, err := open(byFiles[k][0].files)
		for _, it := range byFiles[k] {
			if err != nil {
				c.n, c.failed = c.n+len(it.turns), c.failed+len(it.turns)
				continue
			}
			w.thread(it, &c, &printed)
		}
		if err == nil {
			w.db.Close()
		}
	}
	return &c
}

func sample[T any](list []T) []T {
	var out []T
	for i := *offset; i < len(list); i += max(*every, 1) {
		out = append(out, list[i])
	}
	return out
}

// thread asks the questions of an item in one conversation.
func (w *world) thread(it item, c *tally, printed *int) {
	var history []question.Turn
	for _, q := range it.turns {
		if *matched != "" && !strings.Contains(strings.ToLower(q.text), *matched) {
			continue
		}
		start := time.Now()
		in := question.Input{Text: q.text, Catalog: w.cat, History: history, Now: clock, Settings: question.DefaultSettings()}
		o := question.Understand(in)
		d := question.Decide(o, w.probe(o))
		c.took = append(c.took, time.Since(start))
		c.n++
		outcome, detail := "refused", ""
		switch d.Status {
		case question.Refused:
			c.refused++
			detail = fmt.Sprint(d.Refusal.Code, " ", d.Refusal.Words)
		case question.Clarify:
			c.clarify++
			outcome = "clarify"
			for _, r := range d.Options {
				detail += fmt.Sprintf("%d %s\n         ", r.Score, r.Plan)
			}
		case question.Answered:
			outcome, detail = w.answer(q, d, c, &history)
		}
		if outcome != "right" && *printed < *shown+*skipTo && (*only == "" || *only == outcome) {
			*printed++
			if *printed > *skipTo {
				fmt.Printf("%-8s %s: %s\n         %s\n         gold %.160s  want %.120s\n", outcome, q.id, q.text, detail, q.gold, fmt.Sprint(q.want))
			}
		}
	}
}

// probe computes what understanding asks the data.
func (w *world) probe(o question.Outcome) []question.ProbeResult {
	var out []question.ProbeResult
	for _, p := range o.Probes {
		rows, _, err := w.run(p.Plan, clock)
		if err != nil {
			out = append(out, question.ProbeResult{})
			continue
		}
		out = append(out, question.ProbeResult{Empty: len(rows) == 0, Digest: fmt.Sprint(rows)})
	}
	return out
}

func (w *world) answer(q turn, d question.Decision, c *tally, history *[]question.Turn) (outcome, detail string) {
	rows, text, err := w.run(d.Reading.Plan, clock)
	high := d.Reading.Confidence == question.High
	detail = fmt.Sprintf("%s %s ign=%v why=%v\n         got %.160s", d.Reading.Confidence, d.Reading.Plan, d.Reading.Ignored, d.Reading.Reasons, fmt.Sprint(rows))
	if err != nil {
		detail += " ERROR " + err.Error() + " " + text
		c.failed++
		return "failed", detail
	}
	*history = append(*history, question.Turn{Text: q.text, Plan: d.Reading.Plan, Keys: keysOf(d, rows)})
	if q.judge(rows) {
		c.right++
		if high {
			c.rightHigh++
		}
		return "right", detail
	}
	c.wrong++
	if high {
		c.wrongHigh++
		return "high", detail
	}
	return "wrong", detail
}

// keysOf are what a next question's "those" means: the values of the group
// keys, or of the columns shown.
func keysOf(d question.Decision, rows [][]any) []question.Key {
	p := d.Reading.Plan
	var out []question.Key
	list := p.Group
	if len(p.Measures) == 0 {
		list = p.Select
	}
	for i, n := range list {
		if n.Expr.Col == nil {
			continue
		}
		k := question.Key{Column: *n.Expr.Col}
		for _, r := range rows[:min(len(rows), 500)] {
			if i < len(r) && !slices.Contains(k.Values, r[i]) {
				k.Values = append(k.Values, r[i])
			}
		}
		out = append(out, k)
	}
	return out
}
