package eval

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tabletalk/internal/conversation"
	"tabletalk/internal/dataset"
	"tabletalk/internal/definition"
	"tabletalk/internal/engine"
	"tabletalk/internal/question"
	"tabletalk/internal/samples"
	"tabletalk/internal/session"
)

// Product is the house that people have: uploads, workers, conversations.
type Product struct {
	Reader   string // who reads the questions: auto, offline, model
	Sessions interface {
		Create(ctx context.Context, workspace, owner, name string) (*session.Session, error)
		Delete(ctx context.Context, workspace, id string) error
	}
	Datasets interface {
		Stage(ctx context.Context, name string, r io.Reader) (*dataset.Staged, error)
		Import(ctx context.Context, workspace, sessionID string, staged []*dataset.Staged, progress func(name string, p engine.Progress)) ([]dataset.File, error)
	}
	Definitions interface {
		Add(ctx context.Context, workspace, sessionID string, m definition.Meaning) (*definition.Definition, error)
	}
	Conversations interface {
		Ask(ctx context.Context, req conversation.Request, emit func(conversation.Event)) (*conversation.Answer, error)
	}
}

// Open uploads files into a session of their own. A file among others that
// cannot be read is left out, as in an upload.
func (p Product) Open(ctx context.Context, files []string) (Room, error) {
	s, err := p.Sessions.Create(ctx, session.DefaultWorkspace, session.LocalOwner, "eval")
	if err != nil {
		return nil, err
	}
	r := &productRoom{Product: p, session: s.ID}
	if err := r.upload(ctx, files); err != nil {
		r.Close(context.WithoutCancel(ctx))
		return nil, err
	}
	return r, nil
}

type productRoom struct {
	Product
	session, conversation string
}

func (r *productRoom) upload(ctx context.Context, files []string) error {
	var staged []*dataset.Staged
	defer func() {
		for _, s := range staged {
			s.Discard()
		}
	}()
	for _, path := range files {
		in, err := openFile(path)
		if err != nil {
			return err
		}
		s, err := r.Datasets.Stage(ctx, filepath.Base(path), in)
		if closed := in.Close(); err == nil {
			err = closed
		}
		if err != nil {
			return err
		}
		staged = append(staged, s)
	}
	_, err := r.Datasets.Import(ctx, session.DefaultWorkspace, r.session, staged, nil)
	return err
}

// openFile opens a file, or a sample that ships with the program.
func openFile(path string) (io.ReadCloser, error) {
	for _, s := range samples.Files() {
		if path == samplesFolder+s.Name && !isFile(path) {
			return io.NopCloser(s.Open()), nil
		}
	}
	return os.Open(path)
}

// Close removes the session with all its files.
func (r *productRoom) Close(ctx context.Context) {
	_ = r.Sessions.Delete(ctx, session.DefaultWorkspace, r.session) // the whole folder goes at the end
}

// Teach adds definitions to the session.
func (r *productRoom) Teach(ctx context.Context, m definition.Meaning) error {
	_, err := r.Definitions.Add(ctx, session.DefaultWorkspace, r.session, m)
	return err
}

// Ask asks as the API does.
func (r *productRoom) Ask(ctx context.Context, text string, now time.Time, follow bool) (Reply, error) {
	req := conversation.Request{Workspace: session.DefaultWorkspace, SessionID: r.session, Text: text, Now: now, NoCache: true, Reader: r.Reader}
	if follow {
		req.ConversationID = r.conversation
	}
	started := time.Now()
	a, err := r.Conversations.Ask(ctx, req, nil)
	took := time.Since(started)
	if err != nil {
		return Reply{Took: took}, err
	}
	r.conversation = a.ConversationID
	reply := Reply{Status: a.Status, High: a.Confidence == string(question.High), Mark: Mark(a.Chart), Took: took, Model: modelOf(a)}
	reply.Rows, err = seenRows(a.Result)
	reply.Says = says(a, reply.Rows)
	return reply, err
}

// seenRows gives the rows as a reader of the JSON document has them.
func seenRows(r *conversation.Result) (rows [][]any, err error) {
	if r == nil {
		return nil, nil
	}
	raw, err := json.Marshal(r.Rows)
	if err != nil {
		return nil, fmt.Errorf("write the rows: %w", err)
	}
	return rows, json.Unmarshal(raw, &rows)
}

// Mark reads the mark of a chart: a name, or an object with a type. A chart of
// several panels has none.
func Mark(spec json.RawMessage) string {
	var chart struct {
		Mark json.RawMessage `json:"mark"`
	}
	var name string
	if json.Unmarshal(spec, &chart) != nil || json.Unmarshal(chart.Mark, &name) == nil {
		return name
	}
	var object struct {
		Type string `json:"type"`
	}
	_ = json.Unmarshal(chart.Mark, &object) // another chart has no mark to compare
	return object.Type
}

// says tells in a few lines what came out.
func says(a *conversation.Answer, rows [][]any) string {
	switch a.Status {
	case question.Clarify:
		return a.Question
	case question.Refused:
		return a.Reason
	}
	return strings.Join(strings.Fields(fmt.Sprintf("%s %s ignored %v", a.Confidence, a.PlanText, a.Ignored)), " ") + "\n" + fmt.Sprint(rows)
}
