package acceptance

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tabletalk/internal/app"
	"tabletalk/internal/config"
	"tabletalk/internal/conversation"
	"tabletalk/internal/engine/worker"
	"tabletalk/internal/ingest/jobs"
	"tabletalk/internal/llm/llmtest"
	"tabletalk/internal/question"
)

// A test program started as a worker is one.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "engine-worker" {
		os.Exit(worker.Main(context.Background(), jobs.Handlers()))
	}
	os.Exit(m.Run())
}

// There is one compiler behind both readers. A language model that proposes
// the plan which the engine of rules finds gets the same SQL, the same rows and
// the same sentences; where that engine asks or refuses, so does the product.
func TestTheIdealModelReadsTheSame(t *testing.T) {
	plans := map[string]string{}
	h := openHouse(t, llmtest.Start(t, llmtest.Ideal(plans)))
	asked, computed := 0, 0
	for _, f := range readFamilies(t) {
		var before [2]string // the conversation of either reader
		for _, q := range f.questions {
			if !q.follows {
				before = [2]string{}
			}
			asked++
			ours := h.ask(t, f.over, q.text, "offline", &before[0])
			if ours.Status == question.Answered && ours.Plan != nil {
				plans[q.text] = ours.PlanText
			} else {
				delete(plans, q.text)
			}
			theirs := h.ask(t, f.over, q.text, "model", &before[1])
			if diff := cmp.Diff(seen(ours), seen(theirs)); diff != "" {
				t.Errorf("%d %s:\n%s", q.number, q.text, diff)
			}
			if theirs.Reader == "model" {
				computed++
			}
			if ours.Status == question.Answered && theirs.Model != nil && (theirs.Model.Agrees == nil || !*theirs.Model.Agrees) {
				t.Errorf("%d %s: %+v, %v", q.number, q.text, theirs.Model, theirs.Notices)
			}
		}
	}
	t.Logf("%d questions, of which a model's plan was computed for %d", asked, computed)
	if asked != 150 || computed < 140 {
		t.Errorf("%d questions were asked, %d computed", asked, computed)
	}
}

// seen is what a person sees, which must be the same.
func seen(a *conversation.Answer) []any {
	var rows any
	if a.Result != nil {
		rows = a.Result.Rows
	}
	return []any{a.Status, a.SQL, rows, a.Explanation, a.PlanText, a.Question, a.Reason}
}

// house is the whole product with the made tables of the base world.
type house struct {
	*app.App
	sessions map[string]string // by what is asked over
}

func openHouse(t *testing.T, s *llmtest.Server) *house {
	t.Helper()
	cfg, _, err := config.Load([]string{"--data", t.TempDir(), "--model-provider", "anthropic", "--model-url", s.URL, "--model", "claude-haiku-5-5", "--model-key", llmtest.Key,
		"--model-egress", "results", "--model-day-cost", "0", "--model-month-cost", "0"}, func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), *cfg, slog.New(slog.DiscardHandler), app.WithWorkerCommand(os.Args[0], "engine-worker"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	h := &house{App: a, sessions: map[string]string{}}
	m, dir := newMaker(shapes[0]), t.TempDir()
	people, signups := m.people()
	h.sessions["sales"] = h.session(t, writeCSV(t, dir, "sales.csv", m.sales()))
	h.sessions["orders"] = h.session(t, writeCSV(t, dir, "orders.csv", m.orders(signups)), writeCSV(t, dir, "customers.csv", people))
	return h
}

func (h *house) session(t *testing.T, files ...string) string {
	t.Helper()
	s, err := h.Sessions.Create(t.Context(), app.Workspace, app.Owner, "made")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		in, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		staged, err := h.Datasets.Stage(t.Context(), filepath.Base(file), in)
		if err == nil {
			_, err = h.Datasets.ImportOne(t.Context(), app.Workspace, s.ID, staged)
		}
		if closed := in.Close(); err != nil || closed != nil {
			t.Fatal(err, closed)
		}
	}
	h.Datasets.Wait()
	return s.ID
}

func (h *house) ask(t *testing.T, over, text, reader string, conversationID *string) *conversation.Answer {
	t.Helper()
	a, err := h.Conversations.Ask(t.Context(), conversation.Request{
		Workspace: app.Workspace, SessionID: h.sessions[over], ConversationID: *conversationID, Text: text, Now: clock, Reader: reader, NoCache: true,
	}, nil)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	*conversationID = a.ConversationID
	return a
}
