package cli

import (
	"errors"
	"io"
	"testing"

	"tabletalk/internal/conversation"
	"tabletalk/internal/plan"
	"tabletalk/internal/question"
)

func TestOutcomes(t *testing.T) {
	for s, want := range map[question.Status]int{question.Answered: 0, question.Clarify: 2, question.Refused: 3} {
		got := 0
		var code status
		if err := outcome(s); errors.As(err, &code) {
			got = int(code)
		} else if err != nil {
			t.Errorf("%s ends with %v", s, err)
		}
		if got != want {
			t.Errorf("%s ends with %d, want %d", s, got, want)
		}
	}
}

func TestNumberPicksAnOfferedReading(t *testing.T) {
	byShip := &plan.Plan{Kind: plan.Table}
	asked := &conversation.Answer{Status: question.Clarify, Query: "orders by date", Options: []conversation.Option{{Label: "order date"}, {Label: "ship date", Plan: byShip}}}
	for _, c := range []struct {
		last *conversation.Answer
		text string
		want conversation.Request
	}{
		{asked, "2", conversation.Request{Text: "orders by date", Plan: byShip}},
		{asked, "3", conversation.Request{Text: "3"}},
		{asked, "0", conversation.Request{Text: "0"}},
		{asked, "by ship date", conversation.Request{Text: "by ship date"}},
		{&conversation.Answer{Status: question.Answered}, "2", conversation.Request{Text: "2"}},
		{nil, "2", conversation.Request{Text: "2"}},
	} {
		a := &asker{last: c.last}
		if got := a.option(c.text); got != c.want {
			t.Errorf("after %+v, %q asks %+v, want %+v", c.last, c.text, got, c.want)
		}
	}
}

func TestWhichArgumentIsTheQuestion(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"a.csv", "b.csv", "total"} {
		if err := writeFile(name, func(w io.Writer) error { _, err := io.WriteString(w, "x\n1\n"); return err }); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		args     []string
		files    int
		question string
		fails    bool
	}{
		{[]string{"a.csv", "how many"}, 1, "how many", false},
		{[]string{"a.csv", "b.csv", "how many"}, 2, "how many", false},
		{[]string{"a.csv", "b.csv"}, 2, "", false},
		{[]string{"a.csv"}, 1, "", false},
		{[]string{"a.csv", "total"}, 2, "", false}, // a file of that name
		{[]string{"a.csv", "Total"}, 1, "Total", false},
		{[]string{"a.csv", "what is in c.csv?"}, 1, "what is in c.csv?", false},
		{[]string{"a.csv", "c.csv"}, 0, "", true},
		{[]string{"c.csv", "how many"}, 0, "", true},
		{[]string{"how many"}, 0, "", true},
		{[]string{"a.csv", "."}, 0, "", true},
	} {
		files, question, err := splitQuestion(c.args)
		if (err != nil) != c.fails || err == nil && (len(files) != c.files || question != c.question) {
			t.Errorf("%q gave %q, %q, %v", c.args, files, question, err)
		}
	}
}
