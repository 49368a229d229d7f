package api

import (
	"context"
	"encoding/json"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tabletalk/internal/account"
	"tabletalk/internal/conversation"
	"tabletalk/internal/dataset"
	"tabletalk/internal/session"
)

// exportMe gives everything that is kept of the asker, as one JSON document:
// account, logins, keys, and of each session of theirs files, conversations,
// questions with their answers, and what they taught. Rows of tables are
// exported by themselves.
func (s *Server) exportMe(ctx context.Context, _ *struct{}) (*takeoutOutput, error) {
	w := who(ctx)
	u, err := s.accounts.User(ctx, w.Workspace, w.ID)
	if err != nil {
		return nil, err
	}
	return &takeoutOutput{Type: "application/json", Name: `attachment; filename="tabletalk-account.json"`, Body: func(c huma.Context) {
		t := takeout{s: s, ctx: ctx, w: c.BodyWriter()}
		if err := t.write(*u); err != nil {
			panic(http.ErrAbortHandler) // half a document must not look whole
		}
	}}, nil
}

type takeoutOutput struct {
	Type string `header:"Content-Type"`
	Name string `header:"Content-Disposition"`
	Body func(huma.Context)
}

// takeout writes the document piece by piece: it may be larger than memory.
type takeout struct {
	s   *Server
	ctx context.Context //nolint:containedctx // it lives as long as the request
	w   io.Writer
}

func (t takeout) write(u account.User) error {
	logins, err := t.s.logins(t.ctx, nil)
	if err != nil {
		return err
	}
	keys, err := t.s.keys(t.ctx, nil)
	if err != nil {
		return err
	}
	if err := t.text(`{"account":`, userOf(u), `,"logins":`, logins.Body.Items, `,"keys":`, keys.Body.Items, `,"sessions":[`); err != nil {
		return err
	}
	w, first := who(t.ctx), true
	err = every(func(p session.Page) ([]session.Session, string, error) {
		return t.s.sessions.List(t.ctx, w.Workspace, w.ID, p)
	}, func(v session.Session) error {
		if v.Owner != w.ID {
			return nil
		}
		if !first {
			if err := t.text(","); err != nil {
				return err
			}
		}
		first = false
		return t.session(v)
	})
	if err != nil {
		return err
	}
	return t.text("]}\n")
}

func (t takeout) session(v session.Session) error {
	w := who(t.ctx)
	if err := t.text(`{"session":`, v, `,"files":[`); err != nil {
		return err
	}
	err := writeAll(t, func(p session.Page) ([]dataset.File, string, error) {
		return t.s.files.Files(t.ctx, w.Workspace, v.ID, p)
	}, fileOf)
	if err != nil {
		return err
	}
	if err := t.text(`],"questions":[`); err != nil {
		return err
	}
	err = writeAll(t, func(p session.Page) ([]conversation.Answer, string, error) {
		return t.s.threads.Queries(t.ctx, v.ID, "", p)
	},
		func(a conversation.Answer) conversation.Answer { return a })
	if err != nil {
		return err
	}
	taught, _, err := t.s.teaching.List(t.ctx, w.Workspace, v.ID, session.Page{Limit: 200})
	if err != nil {
		return err
	}
	return t.text(`],"definitions":`, orEmpty(taught), `}`)
}

// text writes strings as they are and everything else as JSON.
func (t takeout) text(parts ...any) error {
	for _, p := range parts {
		b, err := json.Marshal(p)
		if s, ok := p.(string); ok {
			b = []byte(s)
		}
		if err == nil {
			_, err = t.w.Write(b)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// writeAll writes the items of all pages with commas between.
func writeAll[T, V any](t takeout, page func(session.Page) ([]T, string, error), shown func(T) V) error {
	comma := ""
	return every(page, func(v T) error {
		err := t.text(comma, shown(v))
		comma = ","
		return err
	})
}

// every calls do for the items of all pages.
func every[T any](page func(session.Page) ([]T, string, error), do func(T) error) error {
	for cursor := ""; ; {
		items, next, err := page(session.Page{Limit: 50, Cursor: cursor})
		if err != nil {
			return err
		}
		for _, v := range items {
			if err := do(v); err != nil {
				return err
			}
		}
		if cursor = next; next == "" {
			return nil
		}
	}
}
