package api

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tabletalk/internal/account"
	"tabletalk/internal/audit"
	"tabletalk/internal/conversation"
	"tabletalk/internal/dataset"
	"tabletalk/internal/session"
)

// exportMe gives everything that is kept of the asker as a ZIP: account.json
// with the account, logins and keys, and of each session of theirs files,
// conversations, questions with their answers, and what they taught; audit.json
// with what the audit log says of them; and what they uploaded, as it came.
func (s *Server) exportMe(ctx context.Context, _ *struct{}) (*takeoutOutput, error) {
	w := who(ctx)
	u, err := s.accounts.User(ctx, w.Workspace, w.ID)
	if err != nil {
		return nil, err
	}
	return &takeoutOutput{Type: "application/zip", Name: `attachment; filename="tabletalk-my-data.zip"`, Body: func(c huma.Context) {
		if err := s.takeOut(ctx, *u, c.BodyWriter()); err != nil {
			s.log.ErrorContext(ctx, "an export of somebody's data broke off", "cause", err.Error())
			panic(http.ErrAbortHandler) // half an archive must not look whole
		}
	}}, nil
}

type takeoutOutput struct {
	Type string `header:"Content-Type"`
	Name string `header:"Content-Disposition"`
	Body func(huma.Context)
}

func (s *Server) takeOut(ctx context.Context, u account.User, to io.Writer) error {
	z := zip.NewWriter(to)
	t := takeout{s: s, ctx: ctx}
	for _, part := range []struct {
		name  string
		write func(takeout) error
	}{{"account.json", func(t takeout) error { return t.write(u) }}, {"audit.json", takeout.audit}} {
		var err error
		if t.w, err = entry(z, part.name); err != nil {
			return err
		}
		if err := part.write(t); err != nil {
			return err
		}
	}
	if err := t.uploads(z); err != nil {
		return err
	}
	return z.Close()
}

// entry begins a file of the archive, dated now.
func entry(z *zip.Writer, name string) (io.Writer, error) {
	return z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Now()})
}

// takeout writes piece by piece: a document may be larger than memory.
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
	comma := ""
	err = t.mine(func(v session.Session) error {
		err := t.text(comma)
		comma = ","
		if err != nil {
			return err
		}
		return t.session(v)
	})
	if err != nil {
		return err
	}
	return t.text("]}\n")
}

// mine calls do for the sessions that the asker owns.
func (t takeout) mine(do func(session.Session) error) error {
	w := who(t.ctx)
	return every(func(p session.Page) ([]session.Session, string, error) {
		return t.s.sessions.List(t.ctx, w.Workspace, w.ID, p)
	}, func(v session.Session) error {
		if v.Owner != w.ID {
			return nil
		}
		return do(v)
	})
}

// audit writes what the audit log says of the asker: what they did, and what
// others did to their account.
func (t takeout) audit() error {
	w := who(t.ctx)
	if err := t.text("["); err != nil {
		return err
	}
	comma := ""
	for _, f := range []audit.Filter{{Actor: w.ID}, {Object: w.ID}} {
		err := every(func(p session.Page) ([]audit.Entry, string, error) {
			return t.s.book.Read(t.ctx, w.Workspace, f, p)
		}, func(e audit.Entry) error {
			if f.Object != "" && e.ActorID == w.ID { // told before
				return nil
			}
			if e.ActorID != w.ID {
				e.Actor, e.ActorID = "", "" // who else it was is theirs
			}
			err := t.text(comma, e)
			comma = ",\n"
			return err
		})
		if err != nil {
			return err
		}
	}
	return t.text("]\n")
}

// uploads writes what was uploaded into the asker's sessions, where it is kept.
func (t takeout) uploads(z *zip.Writer) error {
	return t.mine(func(v session.Session) error {
		return every(func(p session.Page) ([]dataset.File, string, error) {
			return t.s.files.Files(t.ctx, who(t.ctx).Workspace, v.ID, p)
		}, func(f dataset.File) error {
			for i, src := range f.Origin.Sources {
				if err := t.upload(z, fmt.Sprintf("files/%s/%s/%d-%s", v.ID, f.ID, i+1, src.Name), src); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func (t takeout) upload(z *zip.Writer, name string, src dataset.Source) error {
	r, err := t.s.files.Original(t.ctx, src)
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // it was only read
	w, err := entry(z, name)
	if err == nil {
		_, err = io.Copy(w, r)
	}
	return err
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
