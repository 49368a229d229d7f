package conversation_test

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"tabletalk/internal/conversation"
	"tabletalk/internal/engine"
	"tabletalk/internal/engine/worker"
	"tabletalk/internal/question"
	"tabletalk/internal/table"
)

// noting is an engine that notes the statements it was given.
type noting struct {
	engine.Engine
	statements []string
}

func (n *noting) Query(ctx context.Context, tables []engine.Table, q engine.Query) (*table.Rows, error) {
	n.statements = append(n.statements, q.SQL)
	return n.Engine.Query(ctx, tables, q)
}

// forgetful keeps no answer.
type forgetful struct{ conversation.Store }

func (forgetful) BeginConversation(context.Context, string, conversation.Conversation, ...conversation.Kept) error {
	return nil
}

// An answer reads its table once: what was computed to choose the reading is
// the result, and what the result tells itself is not counted again. Where no
// row is left, the conditions are looked at one by one.
func TestAnswersReadTheirTableOnce(t *testing.T) {
	th := talk(t)
	pool, err := worker.NewPool(worker.Config{Command: []string{os.Args[0], "engine-worker"}, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pool.Close() })
	n := &noting{Engine: pool}
	s := conversation.New(conversation.Config{
		Store: forgetful{}, Data: th.app.Datasets, Engine: n, Settings: question.DefaultSettings(), Clock: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	for _, c := range []struct {
		question   string
		statements int
		says       string
	}{
		{"top 3 regions by total age", 1, "North"},
		{"how many people from the North are older than 20", 1, "2"},
		{"how many people from the North are older than 50", 2, "before that condition"},
		{"total age by region where name is John", 2, "North"}, // an age may be missing
	} {
		n.statements = nil
		a, err := s.Ask(t.Context(), th.request(c.question), nil)
		if err != nil {
			t.Fatal(err)
		}
		if a.Status != question.Answered || len(n.statements) != c.statements || !strings.Contains(a.Explanation, c.says) {
			t.Errorf("%s: %s %q\n%d statements: %s", c.question, a.Status, a.Explanation, len(n.statements), strings.Join(n.statements, "\n"))
		}
	}
}
