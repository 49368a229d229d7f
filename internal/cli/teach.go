package cli

import (
	"context"
	"io"
	"strings"

	"tabletalk/internal/conversation"
	"tabletalk/internal/session"
)

// teach reads "words = meaning". Words alone mean what the last answer
// computes.
func (a *asker) teach(ctx context.Context, text string) error {
	screen := a.screen(a.out, a.Display, a.Rows)
	phrase, meaning, ok := strings.Cut(text, "=")
	if !ok && a.last != nil && len(a.last.Nameable) > 0 {
		meaning, ok = a.last.Nameable[0].Text, phrase != ""
	}
	if !ok {
		screen.Line("Say it like: :teach order value = sum(revenue) / count(distinct order_id)")
		return nil
	}
	d, err := a.bench.app.Definitions.Say(ctx, session.DefaultWorkspace, a.bench.session, phrase, meaning)
	if err != nil {
		return err
	}
	screen.Line("“%s” is a %s of %s now.", d.Phrase, d.Kind, d.Table)
	return nil
}

// judge says what the last answer was.
func (a *asker) judge(ctx context.Context, right bool) error {
	screen := a.screen(a.out, a.Display, a.Rows)
	if a.last == nil {
		screen.Line("There is no answer yet.")
		return nil
	}
	opinion := conversation.Wrong
	if right {
		opinion = conversation.Right
	}
	learned, err := a.bench.app.Conversations.Feedback(ctx, session.DefaultWorkspace, a.last.QueryID, opinion)
	switch {
	case err != nil:
		return err
	case learned.Remembered:
		screen.Line("Remembered for this question.")
	case learned.Why != "":
		screen.Line("Noted, but not remembered. %s", learned.Why)
	default:
		screen.Line("Noted.")
	}
	return nil
}

func (a *asker) writeCases(ctx context.Context, path string) error {
	screen := a.screen(a.out, a.Display, a.Rows)
	if path == "" {
		screen.Line("Name a file: :cases right.txt")
		return nil
	}
	err := writeFile(path, func(w io.Writer) error {
		return a.bench.app.Cases.WriteCases(ctx, session.DefaultWorkspace, a.bench.session, w)
	})
	if err == nil {
		screen.Line("Wrote %s.", path)
	}
	return err
}
