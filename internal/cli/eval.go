package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"

	"tabletalk/internal/cli/show"
	"tabletalk/internal/config"
	"tabletalk/internal/eval"
	"tabletalk/internal/fault"
)

type evalCommand struct {
	Paths   []string `arg:"" name:"file or folder" help:"Golden files, or sets in the layout of Spider, GeoQuery, nvBench, WikiTableQuestions or SQA; recognised by what they hold."`
	Root    string   `placeholder:"FOLDER" help:"The folder that golden files name their tables from; without it, their own."`
	Set     []string `placeholder:"NAME" help:"Only these sets of those that the files hold."`
	Sample  int      `placeholder:"N" help:"Only each N-th table, always the same ones; of a set over the same tables, each N-th question."`
	Limit   int      `placeholder:"N" help:"At most N conversations of a set."`
	Jobs    int      `default:"1" help:"Tables asked at the same time; times are those of a machine that busy."`
	Reader  string   `default:"offline" enum:"auto,offline,model" help:"Who reads the questions: offline is the engine without a language model; model asks the one that is set, too."`
	Verbose int      `placeholder:"N" help:"Show the first N questions of each set that are not right."`
	JSON    bool     `help:"Print the counts as JSON."`
	Score   string   `placeholder:"FILE" help:"Write the counts to a file, without times."`
	Check   bool     `help:"Compare with the file of --score instead of writing it."`
	Strict  bool     `help:"End with the exit status 2 where a question is not right."`

	Settings config.Config `embed:""`
}

// Run asks the questions of files as a person would and counts how they end.
func (c *evalCommand) Run(ctx context.Context, s *streams) error {
	if err := c.checkFlags(); err != nil {
		return err
	}
	sets, err := eval.Load(c.Root, c.Paths...)
	if err != nil {
		return err
	}
	if sets, err = c.chosen(sets); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	results, err := c.run(ctx, s, sets)
	if err != nil {
		return err
	}
	if err := c.report(s, results); err != nil {
		return err
	}
	if err := c.score(s, results); err != nil {
		return err
	}
	if c.Strict && slices.ContainsFunc(results, func(r eval.Result) bool { return r.Right < r.Asked }) {
		return status(exitClarify)
	}
	return nil
}

func (c *evalCommand) checkFlags() error {
	if c.Check && c.Score == "" {
		return fault.New(fault.Invalid, "usage", "--check needs the file to compare with.").
			WithHint("Name it with --score FILE.").At("cli.Eval")
	}
	for name, n := range map[string]int{"sample": c.Sample, "limit": c.Limit, "verbose": c.Verbose, "jobs": c.Jobs} {
		if n < 0 {
			return fault.New(fault.Invalid, "usage", "--%s is %d; it cannot be negative.", name, n).At("cli.Eval")
		}
	}
	return nil
}

// chosen gives the sets that were named, or all.
func (c *evalCommand) chosen(sets []eval.Set) ([]eval.Set, error) {
	if len(c.Set) == 0 {
		return sets, nil
	}
	has := map[string]eval.Set{}
	var names []string
	for _, s := range sets {
		has[s.Name] = s
		names = append(names, s.Name)
	}
	var out []eval.Set
	for _, name := range c.Set {
		s, ok := has[name]
		if !ok {
			return nil, fault.New(fault.NotFound, "set_not_found", "There is no set %q in the files.", name).
				WithHint("They hold %s.", strings.Join(names, ", ")).At("cli.Eval")
		}
		out = append(out, s)
	}
	return out, nil
}

func (c *evalCommand) run(ctx context.Context, s *streams, sets []eval.Set) ([]eval.Result, error) {
	b, err := openBench(ctx, s, c.Settings)
	if err != nil {
		return nil, err
	}
	defer b.close()
	house := eval.Product{Reader: c.Reader, Sessions: b.app.Sessions, Datasets: b.app.Datasets, Definitions: b.app.Definitions, Conversations: b.app.Conversations}
	shown := map[string]int{}
	options := eval.Options{Sample: c.Sample, Limit: c.Limit, Jobs: c.Jobs, Time: c.time(), Each: func(set string, t eval.Turn, o eval.Outcome) {
		if o.Verdict != eval.Right && shown[set] < c.Verbose {
			shown[set]++
			miss(s.err, t, o)
		}
	}}
	var results []eval.Result
	for _, set := range sets {
		r, err := eval.Run(ctx, house, set, options)
		if err != nil {
			return nil, err
		}
		results = append(results, r)
	}
	return results, nil
}

// time is how long a question may take: with a model, what that may take, too.
func (c *evalCommand) time() time.Duration {
	if c.Reader == "offline" {
		return 0
	}
	return c.Settings.ModelTimeout + c.Settings.QueryTimeout
}

// miss shows a question that is not right.
func miss(w io.Writer, t eval.Turn, o eval.Outcome) {
	fmt.Fprintf(w, "%-9s %s: %s\n", o.Verdict, show.Clean(t.ID), show.Clean(t.Text))
	for _, line := range strings.Split(o.Says, "\n") {
		fmt.Fprintf(w, "          %s\n", cut(line))
	}
	fmt.Fprintf(w, "          wanted %s\n", cut(strings.TrimSpace(fmt.Sprintf("%v %s", t.Want, t.Gold))))
}

// cut keeps a line of a miss short enough to read many of them.
func cut(text string) string {
	const most = 240
	if r := []rune(show.Clean(text)); len(r) > most {
		return string(r[:most]) + "…"
	}
	return show.Clean(text)
}

func (c *evalCommand) report(s *streams, results []eval.Result) error {
	if !c.JSON {
		return eval.WriteReport(s.out, results)
	}
	e := json.NewEncoder(s.out)
	e.SetIndent("", "  ")
	return e.Encode(map[string]any{"sets": results})
}

// score writes the score, or compares it with the one that is kept.
func (c *evalCommand) score(s *streams, results []eval.Result) error {
	if c.Score == "" {
		return nil
	}
	var b bytes.Buffer
	if err := eval.WriteScore(&b, c.about(), results); err != nil {
		return err
	}
	if !c.Check {
		return writeFile(c.Score, func(w io.Writer) error { _, err := b.WriteTo(w); return err })
	}
	kept, err := os.ReadFile(c.Score)
	if err != nil {
		return checkFile(c.Score)
	}
	if bytes.Equal(kept, b.Bytes()) {
		return nil
	}
	differences(s.err, string(kept), b.String())
	return fault.New(fault.Conflict, "score_changed", "The score is not that of %s.", c.Score).
		WithHint("Write it again without --check, and have the change reviewed.").At("cli.Eval")
}

// about says what was asked, so that unlike scores are not compared.
func (c *evalCommand) about() string {
	text := "all questions"
	if c.Sample > 1 {
		text = fmt.Sprintf("one table in %d", c.Sample)
	}
	if c.Reader != "offline" {
		text += ", read by " + c.Settings.Model
	}
	if c.Limit > 0 {
		text += fmt.Sprintf(", at most %d conversations of a set", c.Limit)
	}
	return text
}

// differences shows the lines that only one of two scores has.
func differences(w io.Writer, kept, got string) {
	for _, side := range []struct{ sign, text, other string }{{"-", kept, got}, {"+", got, kept}} {
		others := map[string]bool{}
		for _, line := range strings.Split(side.other, "\n") {
			others[line] = true
		}
		for _, line := range strings.Split(side.text, "\n") {
			if !others[line] {
				fmt.Fprintln(w, side.sign+line)
			}
		}
	}
}
