package evalset

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"tabletalk/internal/eval"
	"tabletalk/internal/question"
)

var (
	askFiles = flag.String("files", "", "files to ask, separated by commas")
	asked    = flag.String("ask", "", "questions, separated by |: one conversation")
)

// TestAsk prints how questions over files are read: for looking at one thing.
func TestAsk(t *testing.T) {
	if *askFiles == "" {
		return // a tool: name files with -files and questions with -ask
	}
	w, err := open(strings.Split(*askFiles, ","))
	if err != nil {
		t.Fatal(err)
	}
	var history []question.Turn
	for _, q := range strings.Split(*asked, "|") {
		in := question.Input{Text: q, Catalog: w.cat, History: history, Now: eval.Now(), Settings: question.DefaultSettings()}
		o := question.Understand(in)
		d := question.Decide(o, nil)
		fmt.Printf("> %s\n ", q)
		for _, w := range o.Words {
			fmt.Printf(" [%s:%s %v]", w.Text, w.Kind, w.Refs)
		}
		fmt.Println()
		if d.Refusal != nil {
			fmt.Printf("  %s %s %v near %v\n", d.Status, d.Refusal.Reason, d.Refusal.Words, d.Refusal.Near)
			continue
		}
		if d.Reading == nil {
			fmt.Printf("  %s %s meta=%s\n", d.Status, d.Question, o.Meta)
			for _, op := range d.Options {
				fmt.Printf("    ? %s\n", op.Plan)
			}
			continue
		}
		for i, r := range o.Readings[:min(3, len(o.Readings))] {
			fmt.Printf("  %d %-6s %d %s ign=%v %v edit=%q\n", i, r.Confidence, r.Score, r.Plan, r.Ignored, r.Reasons, r.Edit)
		}
		for _, a := range d.Reading.Assumptions {
			fmt.Printf("    * %s: %s (%d)\n", a.Code, a.Text, len(a.Alternatives))
		}
		rows, text, err := w.run(d.Reading.Plan, eval.Now())
		fmt.Printf("    = %.300s %v\n", fmt.Sprint(rows), err)
		if err != nil {
			fmt.Println(text)
		}
		history = append(history, question.Turn{Text: q, Plan: d.Reading.Plan, Keys: w.keys(d, rows), Sure: d.Reading.Confidence})
	}
}
