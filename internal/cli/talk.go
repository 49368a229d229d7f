package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"

	"golang.org/x/term"

	"tabletalk/internal/cli/show"
	"tabletalk/internal/conversation"
)

const talkHelp = `Ask in your own words; "only in 2024" or "by month" continue the question before.
Tab completes what is typed; a number chooses what the last answer offers.

  :tables           the tables
  :columns [TABLE]  their columns, with types
  :sql              the SQL of the last answer
  :undo             back to the question before
  :export FILE      the rows of the last answer, as .csv, .json, .ndjson, .xlsx or .parquet
  :teach WORDS = M  the words mean M: a column, an expression like sum(price * quantity), or a condition
  :teach WORDS      the words mean what the last answer computes
  :right, :wrong    what the last answer was; a right one is remembered for its question
  :cases FILE       the answers that were right, for tabletalk eval
  :help             this
  :quit             end (also Ctrl-D)
`

// talk is a conversation on a terminal, with line editing and history.
func (a *asker) talk(ctx context.Context) error {
	a.talks = true
	a.bench.describe(a.screen(a.out, a.Display, a.Rows))
	fmt.Fprintln(a.out, "Ask a question, or :help.")
	if s := a.bench.suggest(ctx, "", 3); len(s) > 0 {
		fmt.Fprintln(a.out, "For example: "+strings.Join(s, " · "))
	}
	prompt := newPrompt(a.in.(*os.File), a.out)
	prompt.terminal.AutoCompleteCallback = (&completer{suggest: func(typed string) []string { return a.bench.suggest(ctx, typed, 6) }}).complete
	for {
		text, err := prompt.read(ctx)
		if errors.Is(err, io.EOF) {
			fmt.Fprintln(a.out)
			return nil
		}
		if err != nil {
			return err
		}
		if quit := a.said(ctx, strings.TrimSpace(text)); quit {
			return nil
		}
	}
}

// said does what a person typed. An interrupt ends only this.
func (a *asker) said(ctx context.Context, text string) (quit bool) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	var err error
	switch {
	case text == "":
		return false
	case strings.HasPrefix(text, ":"):
		quit, err = a.command(ctx, strings.Fields(text))
	case text == "?":
		quit, err = a.command(ctx, []string{":help"})
	default:
		err = a.ask(ctx, a.option(text))
	}
	var code status
	if err != nil && !errors.As(err, &code) {
		a.complain(err)
	}
	fmt.Fprintln(a.out)
	return quit
}

// option turns the number of something that the last answer offered into it.
func (a *asker) option(text string) conversation.Request {
	n, err := strconv.Atoi(text)
	if err != nil || a.last == nil {
		return conversation.Request{Text: text}
	}
	choices := show.Choices(a.last)
	if n < 1 || n > len(choices) {
		return conversation.Request{Text: text}
	}
	if c := choices[n-1]; c.Plan == nil {
		return conversation.Request{Text: c.Question}
	}
	return conversation.Request{Text: a.last.Query, Plan: choices[n-1].Plan}
}

func (a *asker) command(ctx context.Context, words []string) (quit bool, err error) {
	screen := a.screen(a.out, a.Display, a.Rows)
	switch words[0] {
	case ":quit", ":q", ":exit":
		return true, nil
	case ":help", ":h":
		fmt.Fprint(a.out, talkHelp)
	case ":tables":
		a.bench.describe(screen)
	case ":columns":
		a.bench.columns(screen, words[1:])
	case ":undo":
		return false, a.ask(ctx, conversation.Request{Text: "undo"})
	case ":sql":
		if a.last == nil || a.last.SQL == "" {
			screen.Line("There is no SQL yet.")
			return false, nil
		}
		screen.SQL(a.last.SQL)
	case ":export":
		return false, a.exportLast(ctx, words[1:])
	case ":teach":
		return false, a.teach(ctx, strings.Join(words[1:], " "))
	case ":right", ":wrong":
		return false, a.judge(ctx, words[0] == ":right")
	case ":cases":
		return false, a.writeCases(ctx, strings.Join(words[1:], " "))
	default:
		screen.Line("There is no command %s; :help lists them.", words[0])
	}
	return false, nil
}

func (a *asker) exportLast(ctx context.Context, words []string) error {
	screen := a.screen(a.out, a.Display, a.Rows)
	switch {
	case len(words) == 0:
		screen.Line("Name a file: :export answer.csv")
	case a.last == nil || a.last.Result == nil:
		screen.Line("There is no answer with rows yet.")
	default:
		return a.export(ctx, a.last, strings.Join(words, " "), "")
	}
	return nil
}

// prompt reads lines from a terminal. The terminal is raw only while a line
// is typed, so that an interrupt reaches a question that is being answered.
type prompt struct {
	file     *os.File
	terminal *term.Terminal
}

func newPrompt(in *os.File, out io.Writer) *prompt {
	t := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{in, out}, "› ")
	return &prompt{file: in, terminal: t}
}

func (p *prompt) read(ctx context.Context) (string, error) {
	fd := int(p.file.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return "", fmt.Errorf("prepare the terminal: %w", err)
	}
	defer func() { _ = term.Restore(fd, before) }()
	if width, height, err := term.GetSize(fd); err == nil {
		_ = p.terminal.SetSize(width, height)
	}
	p.terminal.SetBracketedPasteMode(true)
	defer p.terminal.SetBracketedPasteMode(false)
	line, err := await(ctx, p.terminal.ReadLine)
	if errors.Is(err, term.ErrPasteIndicator) {
		err = nil
	}
	return line, err
}
