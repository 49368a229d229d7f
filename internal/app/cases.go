package app

import (
	"context"
	"io"
	"slices"

	"tabletalk/internal/conversation"
	"tabletalk/internal/dataset"
	"tabletalk/internal/definition"
	"tabletalk/internal/eval"
	"tabletalk/internal/plan"
	"tabletalk/internal/session"
)

// Cases turns answers that people confirmed into questions that are asked
// again by "tabletalk eval".
type Cases struct {
	datasets    *dataset.Service
	definitions *definition.Service
	asker       *conversation.Service
}

// WriteCases writes the confirmed answers of a session that fit its data, with
// what is taught beside them. Error: session_not_found.
func (c *Cases) WriteCases(ctx context.Context, workspace, sessionID string, w io.Writer) error {
	list, err := all(func(p session.Page) ([]definition.Definition, string, error) {
		return c.definitions.List(ctx, workspace, sessionID, p)
	})
	if err != nil {
		return err
	}
	files, err := all(func(p session.Page) ([]dataset.File, string, error) {
		return c.datasets.Files(ctx, workspace, sessionID, p)
	})
	if err != nil {
		return err
	}
	var names []string
	for _, f := range files {
		if f.Status == dataset.Completed {
			names = append(names, f.Name)
		}
	}
	var taught []definition.Meaning
	var cases []eval.Case
	for _, d := range list {
		switch {
		case !d.Fits:
		case d.Kind != definition.Answer:
			taught = append(taught, d.Meaning)
		default:
			one, byWords, err := c.confirmed(ctx, workspace, sessionID, d)
			if err != nil {
				return err
			}
			if cases = append(cases, one); !byWords {
				taught = append(taught, d.Meaning)
			}
		}
	}
	return eval.WriteCases(w, names, taught, cases)
}

// confirmed is the case of an answer, and whether the words of its question
// say it by themselves: another reading that a person chose has to be taught.
func (c *Cases) confirmed(ctx context.Context, workspace, sessionID string, d definition.Definition) (one eval.Case, byWords bool, err error) {
	p, err := plan.Parse(d.Text)
	if err != nil {
		return one, false, err
	}
	result, err := c.asker.Compute(ctx, workspace, sessionID, p)
	if err != nil {
		return one, false, err
	}
	said, err := c.asker.Reads(ctx, workspace, sessionID, d.Phrase)
	return eval.Case{Question: d.Phrase, Plan: p, Result: result}, said != nil && plan.Equal(said, p), err
}

// all reads all pages of a list, oldest first.
func all[T any](page func(session.Page) ([]T, string, error)) ([]T, error) {
	var out []T
	for cursor := ""; ; {
		list, next, err := page(session.Page{Limit: 200, Cursor: cursor})
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
		if next == "" {
			slices.Reverse(out)
			return out, nil
		}
		cursor = next
	}
}
