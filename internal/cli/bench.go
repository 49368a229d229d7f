package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"tabletalk/internal/app"
	"tabletalk/internal/cli/show"
	"tabletalk/internal/config"
	"tabletalk/internal/conversation"
	"tabletalk/internal/dataset"
	"tabletalk/internal/export"
	"tabletalk/internal/ingest"
	"tabletalk/internal/session"
)

// bench is the program assembled over a folder that is removed at the end,
// with one session and one conversation.
type bench struct {
	app          *app.App
	dir          string
	session      string
	conversation string
	tables       []dataset.Table
}

// openBench assembles the program. What a server shares with others (its
// database, its folder, Redis) is left alone.
func openBench(ctx context.Context, s *streams, settings config.Config) (*bench, error) {
	dir, err := os.MkdirTemp("", "tabletalk-")
	if err != nil {
		return nil, fmt.Errorf("make a temporary folder: %w", err)
	}
	settings.Data, settings.DatabaseURL, settings.RedisURL, settings.BlobURL = dir, "", "", ""
	b := &bench{dir: dir}
	if b.app, err = app.New(ctx, settings, s.logger(&settings, true), app.WithVersion(Version())); err != nil {
		b.close()
		return nil, err
	}
	made, err := b.app.Sessions.Create(ctx, session.DefaultWorkspace, session.LocalOwner, "ask")
	if err != nil {
		b.close()
		return nil, err
	}
	b.session = made.ID
	return b, nil
}

// close ends the workers and removes everything.
func (b *bench) close() {
	if b.app != nil {
		_ = b.app.Close() // what it held is removed next
	}
	_ = os.RemoveAll(b.dir)
}

// profiled waits for the profiles of a file's tables and gives the file.
func (b *bench) profiled(ctx context.Context, id string) (*dataset.File, error) {
	b.app.Datasets.Wait()
	file, err := b.app.Datasets.File(ctx, session.DefaultWorkspace, id)
	if err == nil {
		b.tables = file.Tables
	}
	return file, err
}

// preview shows the first rows of every table.
func (b *bench) preview(ctx context.Context, s show.Screen, n int) error {
	for _, t := range b.tables {
		rows, err := b.app.Datasets.Preview(ctx, session.DefaultWorkspace, t.ID, n, 0)
		if err != nil {
			return err
		}
		s.Line("%s, the first rows:", show.Clean(t.Name))
		s.Preview(rows)
	}
	return nil
}

// load reads a file into the session.
func (b *bench) load(ctx context.Context, path string, d ingest.Decisions) (*dataset.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, checkFile(path)
	}
	defer f.Close()
	staged, err := b.app.Datasets.Stage(ctx, filepath.Base(path), f)
	if err != nil {
		return nil, err
	}
	defer staged.Discard()
	staged.Decide(d)
	file, err := b.app.Datasets.ImportOne(ctx, session.DefaultWorkspace, b.session, staged)
	if err != nil {
		return nil, err
	}
	b.tables = append(b.tables, file.Tables...)
	return file, nil
}

// ask answers in the bench's one conversation.
func (b *bench) ask(ctx context.Context, r conversation.Request) (*conversation.Answer, error) {
	r.Workspace, r.SessionID, r.ConversationID = session.DefaultWorkspace, b.session, b.conversation
	answer, err := b.app.Conversations.Ask(ctx, r, nil)
	if err == nil {
		b.conversation = answer.ConversationID
	}
	return answer, err
}

// rows gives the whole result of an answer, for an export.
func (b *bench) rows(ctx context.Context, queryID string) (export.Request, error) {
	return b.app.Exports.AnswerRows(ctx, session.DefaultWorkspace, queryID)
}

// tableRows gives a whole table, for an export.
func (b *bench) tableRows(ctx context.Context, tableID string) (export.Request, error) {
	return b.app.Exports.TableRows(ctx, session.DefaultWorkspace, tableID)
}

// suggest gives questions that would work and begin with what was typed; none
// is no error.
func (b *bench) suggest(ctx context.Context, typed string, n int) []string {
	list, err := b.app.Conversations.Suggest(ctx, conversation.Request{Workspace: session.DefaultWorkspace, SessionID: b.session, ConversationID: b.conversation, Text: typed}, n)
	if err != nil {
		return nil
	}
	return list
}

// describe lists the tables.
func (b *bench) describe(s show.Screen) {
	for _, t := range b.tables {
		s.Line("%s: %s, %s", show.Clean(t.Name), show.Count(t.Rows, "row", "rows"), show.Count(int64(len(t.Columns)), "column", "columns"))
	}
}

// columns lists the columns of the named tables, or of all.
func (b *bench) columns(s show.Screen, names []string) {
	for _, t := range b.tables {
		if len(names) == 0 || slices.Contains(names, t.Name) {
			s.Line("%s: %s", show.Clean(t.Name), show.Count(t.Rows, "row", "rows"))
			s.Columns(t.Columns, t.Rows)
		}
	}
}
