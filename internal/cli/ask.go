package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"tabletalk/internal/cli/show"
	"tabletalk/internal/config"
	"tabletalk/internal/conversation"
	"tabletalk/internal/export"
	"tabletalk/internal/fault"
	"tabletalk/internal/ingest"
	"tabletalk/internal/question"
)

type askCommand struct {
	Args    []string `arg:"" name:"file ... question" help:"Files, then the question. Without one: a conversation on a terminal, else one question per line of the input; with --out or --format, and no input, the whole table."`
	JSON    bool     `help:"Print the whole answer document as JSON."`
	SQL     bool     `name:"sql" help:"Also print the SQL that computed the answer."`
	Reader  string   `default:"auto" enum:"auto,offline,model" help:"Who reads the question: auto asks a language model, too, where one is set and may be asked; offline never does."`
	Now     string   `placeholder:"DATE" help:"The day, or time, that relative dates start from."`
	Format  string   `short:"f" placeholder:"FORMAT" help:"Print only the rows: csv, json, ndjson, xlsx or parquet."`
	Out     string   `short:"o" placeholder:"FILE" help:"Write the rows to a file; its ending names the format."`
	RawText bool     `help:"CSV: leave text that a spreadsheet would run as a formula as it is."`
	Rows    int      `default:"50" help:"Rows of a table on the screen; 0 means all. Exports are never cut."`
	Display display  `embed:""`

	Settings config.Config `embed:""`
}

// Run answers one question, the questions of the input, or talks.
func (c *askCommand) Run(ctx context.Context, s *streams) error {
	files, text, err := splitQuestion(c.Args)
	if err != nil {
		return err
	}
	now, err := parseNow(c.Now)
	if err != nil {
		return err
	}
	if err := c.checkOutput(s); err != nil {
		return err
	}
	loading, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	b, err := openBench(loading, s, c.Settings)
	if err != nil {
		return err
	}
	defer b.close()
	for _, f := range files {
		if _, err := b.load(loading, f, ingest.Decisions{}); err != nil {
			return err
		}
	}
	a := &asker{askCommand: c, streams: s, bench: b, now: now}
	switch {
	case text != "":
		return a.one(loading, text)
	case s.terminalIn() && c.rowsOnly():
		return a.exportTable(loading)
	case s.terminalIn() && s.terminalOut() && !c.JSON:
		stop() // from here on an interrupt ends a question, not the conversation
		return a.talk(ctx)
	}
	return a.lines(loading)
}

// rowsOnly says that rows are wanted in a format, and not an answer to read.
func (c *askCommand) rowsOnly() bool { return c.Format != "" || c.Out != "" }

// checkOutput refuses what cannot be written before any work is done.
func (c *askCommand) checkOutput(s *streams) error {
	if !c.rowsOnly() {
		return nil
	}
	f, err := outputFormat(c.Format, c.Out)
	if err != nil {
		return err
	}
	if c.Out == "" && s.terminalOut() && (f == export.XLSX || f == export.Parquet) {
		return fault.New(fault.Invalid, "binary_output", "A terminal cannot show %s.", f).
			WithHint("Name a file with --out.").At("cli.Ask")
	}
	if info, err := os.Stat(filepath.Dir(c.Out)); c.Out != "" && (err != nil || !info.IsDir()) {
		return unwritable(c.Out)
	}
	return nil
}

// asker asks questions of one conversation and shows the answers.
type asker struct {
	*askCommand
	*streams
	bench *bench
	now   time.Time
	last  *conversation.Answer
	talks bool // a person goes on from what is shown
}

// one answers one question; its outcome is the exit status.
func (a *asker) one(ctx context.Context, text string) error {
	return a.ask(ctx, conversation.Request{Text: text})
}

// ask gives the answer to a question in the wanted form, and a status error
// when it is a question back or a refusal.
func (a *asker) ask(ctx context.Context, r conversation.Request) error {
	r.Now, r.Reader = a.now, a.Reader
	answer, err := a.bench.ask(ctx, r)
	if err != nil {
		return err
	}
	a.last = answer
	if err := a.show(ctx, answer); err != nil {
		return err
	}
	return outcome(answer.Status)
}

// outcome is the exit status of an answer.
func outcome(s question.Status) error {
	switch s {
	case question.Clarify:
		return status(exitClarify)
	case question.Refused:
		return status(exitRefused)
	}
	return nil
}

func (a *asker) show(ctx context.Context, answer *conversation.Answer) error {
	rows := answer.Status == question.Answered && answer.Result != nil
	if a.JSON {
		return a.printJSON(answer)
	}
	if a.rowsOnly() {
		if rows {
			return a.export(ctx, answer, a.Out, a.Format)
		}
		a.screen(a.err, a.Display, a.Rows).Answer(answer, false)
		return nil
	}
	screen := a.screen(a.out, a.Display, a.Rows)
	screen.Numbered = a.talks
	screen.Answer(answer, a.SQL)
	return nil
}

// printJSON writes the document: indented for a person, else on one line, so
// that several answers are NDJSON.
func (a *asker) printJSON(answer *conversation.Answer) error {
	e := json.NewEncoder(a.out)
	e.SetEscapeHTML(false)
	if a.terminalOut() {
		e.SetIndent("", "  ")
	}
	return e.Encode(answer)
}

// maxLine bounds a question of the input; the service has its own limit.
const maxLine = 1 << 20

// lines answers one question per line. The status is that of the first one
// that was not answered.
func (a *asker) lines(ctx context.Context) error {
	input := bufio.NewScanner(a.in)
	input.Buffer(nil, maxLine)
	var first error
	for asked := 0; ; {
		text, err := await(ctx, func() (string, error) { return scanLine(input) })
		switch {
		case errors.Is(err, io.EOF) && asked == 0 && a.rowsOnly():
			return a.exportTable(ctx)
		case errors.Is(err, io.EOF) && asked == 0:
			return fault.New(fault.Invalid, "question_empty", "There is no question.").
				WithHint("Write it after the files, in quotes, or give one per line on the input.").At("cli.Ask")
		case errors.Is(err, io.EOF):
			return first
		case err != nil:
			return err
		}
		if asked++; !a.JSON && a.Format == "" {
			a.echo(text, asked > 1)
		}
		if err := a.line(ctx, text); err != nil && first == nil {
			first = err
		}
	}
}

// scanLine gives the next line that is not blank.
func scanLine(input *bufio.Scanner) (string, error) {
	for input.Scan() {
		if text := strings.TrimSpace(input.Text()); text != "" {
			return text, nil
		}
	}
	if err := input.Err(); err != nil {
		return "", fault.New(fault.Invalid, "question_too_long", "A line of the input cannot be read, or is longer than %d bytes.", maxLine).Because(err).At("cli.Ask")
	}
	return "", io.EOF
}

// await reads, but gives up when the context ends: a read cannot be
// interrupted, so its goroutine stays behind until the program ends.
func await(ctx context.Context, read func() (string, error)) (string, error) {
	type result struct {
		text string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		text, err := read()
		done <- result{text, err}
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case r := <-done:
		return r.text, r.err
	}
}

func (a *asker) echo(question string, gap bool) {
	screen := a.screen(a.out, a.Display, a.Rows)
	if gap {
		screen.Line("")
	}
	screen.Line("> %s", show.Clean(question))
}

// line answers one of several questions; an error of one does not end the
// others.
func (a *asker) line(ctx context.Context, text string) error {
	err := a.one(ctx, text)
	var code status
	if err != nil && !errors.As(err, &code) {
		a.complain(err)
		return status(exitError)
	}
	return err
}
