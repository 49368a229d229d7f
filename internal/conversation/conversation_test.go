package conversation_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tabletalk/internal/app"
	"tabletalk/internal/config"
	"tabletalk/internal/conversation"
	"tabletalk/internal/engine/worker"
	"tabletalk/internal/fault"
	"tabletalk/internal/ingest/jobs"
	"tabletalk/internal/plan"
	"tabletalk/internal/question"
	"tabletalk/internal/table"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "engine-worker" {
		os.Exit(worker.Main(context.Background(), jobs.Handlers()))
	}
	os.Exit(m.Run())
}

const people = `name,age,region,joined
John,30,North,2024-01-10
Ann,41,South,2024-02-11
Bob,25,North,2024-02-20
Eve,,South,2025-03-02
`

// thread is a conversation over one small table.
type thread struct {
	*testing.T
	app     *app.App
	session string
	id      string // of the conversation
	events  []string
}

func talk(t *testing.T, settings ...string) *thread {
	t.Helper()
	return talkIn(t, slog.New(slog.DiscardHandler), nil, settings...)
}

func talkIn(t *testing.T, log *slog.Logger, options []app.Option, settings ...string) *thread {
	t.Helper()
	cfg, _, err := config.Load(append([]string{"--data", t.TempDir(), "--query-max-rows", "2"}, settings...), func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), *cfg, log, append(options, app.WithWorkerCommand(os.Args[0], "engine-worker"))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	s, err := a.Sessions.Create(t.Context(), app.Workspace, app.Owner, "people")
	if err != nil {
		t.Fatal(err)
	}
	th := &thread{T: t, app: a, session: s.ID}
	th.add("people.csv", people)
	return th
}

// add uploads a file into the session and waits for its profile, so that the
// session does not change under a test.
func (t *thread) add(name, content string) {
	t.Helper()
	staged, err := t.app.Datasets.Stage(t.Context(), name, strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := t.app.Datasets.ImportOne(t.Context(), app.Workspace, t.session, staged); err != nil {
		t.Fatal(err)
	}
	t.app.Datasets.Wait()
}

func (t *thread) request(text string) conversation.Request {
	return conversation.Request{
		Workspace: app.Workspace, SessionID: t.session, ConversationID: t.id, Text: text, Person: "ann",
		Now: time.Date(2025, 6, 18, 0, 0, 0, 0, time.UTC),
	}
}

func (t *thread) send(req conversation.Request) (*conversation.Answer, error) {
	t.events = nil
	return t.app.Conversations.Ask(t.Context(), req, func(e conversation.Event) { t.events = append(t.events, e.Type) })
}

// ask asks in the conversation, which begins with the first question.
func (t *thread) ask(text string) *conversation.Answer {
	t.Helper()
	a, err := t.send(t.request(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	t.id = a.ConversationID
	return a
}

func TestAskAnswers(t *testing.T) {
	th := talk(t)
	a := th.ask("average age by region")
	if a.Status != question.Answered || a.Cached || a.SQL == "" || len(a.Chart) == 0 {
		t.Fatalf("answer: %+v", a)
	}
	want := [][]table.Value{{"South", 41.0}, {"North", 27.5}}
	if diff := cmp.Diff(want, a.Result.Rows); diff != "" {
		t.Error(diff)
	}
	if !slices.ContainsFunc(a.Notes, func(n string) bool { return strings.Contains(n, "1 row") }) {
		t.Errorf("no note about the row without an age: %q", a.Notes)
	}
	if len(a.Provenance.Tables) != 1 || len(a.Provenance.Tables[0].SHA256) != 64 || a.Provenance.Engine == "" {
		t.Errorf("provenance: %+v", a.Provenance)
	}
	order := []string{"status", "plan", "sql", "status", "result", "text", "done"}
	if diff := cmp.Diff(order, th.events); diff != "" {
		t.Errorf("events: %s", diff)
	}
}

func TestAskRefusesWhatIsNoQuestion(t *testing.T) {
	th := talk(t)
	cases := []struct {
		name, code string
		change     func(*conversation.Request)
	}{
		{"nothing", "question_empty", func(r *conversation.Request) { r.Text = " \n" }},
		{"a book", "question_too_long", func(r *conversation.Request) { r.Text = strings.Repeat("age ", 25_000) }},
		{"another session", "session_not_found", func(r *conversation.Request) { r.SessionID = "018f0000-0000-7000-8000-000000000000" }},
		{"another workspace", "session_not_found", func(r *conversation.Request) { r.Workspace = "018f0000-0000-7000-8000-000000000000" }},
		{"another conversation", "conversation_not_found", func(r *conversation.Request) { r.ConversationID = "018f0000-0000-7000-8000-000000000000" }},
		{"a reader that is not there", "reader_unknown", func(r *conversation.Request) { r.Reader = "oracle" }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			req := th.request("average age")
			c.change(&req)
			if _, err := th.send(req); !fault.Is(err, c.code) {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
}

func TestAnswersAreRemembered(t *testing.T) {
	th := talk(t)
	first := th.ask("average age by region")
	th.id = ""
	again := th.ask("average age by region")
	if !again.Cached || again.QueryID == first.QueryID || again.ConversationID == first.ConversationID {
		t.Errorf("asked again: cached %v, query %s, conversation %s", again.Cached, again.QueryID, again.ConversationID)
	}
	if diff := cmp.Diff(first.Result.Columns, again.Result.Columns); diff != "" {
		t.Error(diff)
	}
	req := th.request("average age by region")
	req.NoCache, req.ConversationID = true, ""
	if a, err := th.send(req); err != nil || a.Cached {
		t.Errorf("without the cache: %v %v", a.Cached, err)
	}
	th.add("more.csv", "city,size\nRome,3\n")
	th.id = ""
	if a := th.ask("average age by region"); a.Cached {
		t.Error("new data, but an old answer")
	}
}

// Numbers that were listed are the same numbers where the answer is taken from
// memory, and can be gone on with.
func TestRememberedThingsStayWhatTheyAre(t *testing.T) {
	th := talk(t)
	for _, cached := range []bool{false, true} {
		th.id = ""
		if a := th.ask("list all ages"); a.Cached != cached || len(a.Result.Rows) == 0 {
			t.Errorf("%+v", a)
		}
		if a := th.ask("how many of those are over 30?"); a.Status != question.Answered {
			t.Errorf("%s %s", a.Status, a.Explanation)
		}
	}
}

func TestPostedPlansAreRemembered(t *testing.T) {
	th := talk(t)
	req := th.request("")
	req.Plan, _ = plan.Parse(`people | by region | max(age) as "oldest"`)
	first, err := th.send(req)
	if err != nil || first.Cached {
		t.Fatalf("%+v %v", first, err)
	}
	again, err := th.send(req)
	if err != nil || !again.Cached || again.Query != first.Query {
		t.Errorf("asked again: cached %v as %q: %v", again.Cached, again.Query, err)
	}
	req.Text = "who is oldest?"
	if named, err := th.send(req); err != nil || !named.Cached || named.Query != req.Text {
		t.Errorf("with words: cached %v as %q: %v", named.Cached, named.Query, err)
	}
}

// "Those" are never more or fewer than the answer before had.
func TestThoseAreNeverCut(t *testing.T) {
	th := talk(t, "--query-max-rows", "10000")
	var b strings.Builder
	b.WriteString("customer,city,amount\n")
	for i := range 2500 {
		name := string([]rune{'A' + rune(i/400), 'a' + rune(i/20%20), 'a' + rune(i%20)})
		fmt.Fprintf(&b, "%s,%s,%d.5\n", name, []string{"Rome", "Bern", ""}[i%3], i/2)
	}
	th.add("sales.csv", b.String())
	th.ask("top 2100 customers by amount")
	a := th.ask("total amount of those in Rome")
	if a.Status != question.Refused || !strings.Contains(a.Reason, "2000") {
		t.Errorf("more than can be meant: %s %s", a.Status, a.Explanation)
	}
	th.id = ""
	th.ask("top 1500 customers by amount")
	if a := th.ask("total amount of those in Rome"); a.Result == nil || fmt.Sprint(a.Result.Rows[0][0]) != "437750.0" {
		t.Errorf("the best in Rome: %.200s", a.Explanation)
	}
	th.id = ""
	th.ask("top 2 cities by amount")
	if a := th.ask("how many of those have no city"); a.Result == nil || !strings.Contains(strings.ToUpper(a.SQL), "IS NULL") {
		t.Errorf("an empty value among those: %s %s", a.Explanation, a.SQL)
	}
}

func TestFollowUpsUndoAndStartOver(t *testing.T) {
	th := talk(t)
	whole := th.ask("average age by region")
	part := th.ask("only in 2024")
	if part.PlanText == whole.PlanText || !strings.Contains(part.PlanText, "2024") {
		t.Fatalf("the follow-up asks %s", part.PlanText)
	}
	if why := th.ask("how was that calculated?"); why.SQL != part.SQL || why.Result != nil {
		t.Errorf("explained %q with SQL %q", why.Explanation, why.SQL)
	}
	if back := th.ask("undo"); back.PlanText != whole.PlanText {
		t.Errorf("undone to %s", back.PlanText)
	}
	if none := th.ask("undo"); none.Result != nil || none.Status != question.Answered {
		t.Errorf("nothing was left to undo, but %+v", none)
	}
	th.ask("start over")
	if a := th.ask("only in 2024"); a.PlanText == part.PlanText {
		t.Error("a follow-up reached behind the new start")
	}
}

func TestPlansPostedBack(t *testing.T) {
	th := talk(t)
	p, err := plan.Parse(`people | by region | max(age) as "oldest"`)
	if err != nil {
		t.Fatal(err)
	}
	req := th.request("")
	req.Plan = p
	a, err := th.send(req)
	if err != nil {
		t.Fatal(err)
	}
	if a.Query == "" || a.Result == nil || a.Result.Columns[1].Name != "oldest" {
		t.Errorf("answer: %+v", a)
	}
	req.Plan.From.Table = "secrets"
	if _, err := th.send(req); fault.Of(err).Kind != fault.Invalid {
		t.Errorf("a plan over an unknown table: %v", err)
	}
}

func TestAlternativesArePricedPlans(t *testing.T) {
	th := talk(t)
	th.add("sales.csv", "day,amount\n2025-01-01,10\n2025-01-02,30\n")
	a := th.ask("amount by month")
	if len(a.Assumptions) == 0 || len(a.Assumptions[0].Alternatives) == 0 {
		t.Fatalf("no alternatives: %+v", a.Assumptions)
	}
	alt := a.Assumptions[0].Alternatives[0]
	if alt.ValueHint == "" || len(alt.Patch) != 1 || alt.Patch[0].Path != "" {
		t.Errorf("alternative: %+v", alt)
	}
	chosen := alt.Patch[0].Value
	req := th.request("")
	req.Plan = chosen
	if b, err := th.send(req); err != nil || b.PlanText == a.PlanText {
		t.Errorf("the alternative: %v", err)
	}
}

func TestRerunAndWholeResults(t *testing.T) {
	th := talk(t)
	a := th.ask("list name and age")
	if !a.Result.Truncated || len(a.Result.Rows) != 2 || a.Result.RowCount != 4 {
		t.Fatalf("cut to %d of %d rows, truncated %v", len(a.Result.Rows), a.Result.RowCount, a.Result.Truncated)
	}
	again, err := th.app.Conversations.Rerun(t.Context(), app.Workspace, a.QueryID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a.Result, again.Result); diff != "" || again.QueryID == a.QueryID {
		t.Errorf("run again: %s", diff)
	}
	n := 0
	err = th.app.Conversations.Rows(t.Context(), app.Workspace, a.QueryID, func(r *table.Rows) error { n += len(r.Values); return nil })
	if err != nil || n != 4 {
		t.Errorf("the whole result has %d rows: %v", n, err)
	}
}

func TestSQLPassesTheGate(t *testing.T) {
	th := talk(t)
	a, err := th.app.Conversations.SQL(t.Context(), app.Workspace, th.session, `SELECT count(*) AS n FROM people;`)
	if err != nil || a.Result.Rows[0][0] != int64(4) || a.Reader != "sql" {
		t.Fatalf("%+v: %v", a, err)
	}
	for _, bad := range []string{"DELETE FROM people", "SELECT * FROM read_csv('/etc/passwd')", "SELECT 1; SELECT 2", "SELECT * FROM sqlite_master"} {
		if _, err := th.app.Conversations.SQL(t.Context(), app.Workspace, th.session, bad); fault.Of(err) == nil || fault.Of(err).Kind != fault.Invalid {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestRefusalsComputeNothing(t *testing.T) {
	th := talk(t)
	a := th.ask("what's the weather like in Paris?")
	if a.Status != question.Refused || a.Result != nil || a.SQL != "" || len(a.Words) == 0 || a.Reason == "" {
		t.Errorf("answer: %+v", a)
	}
}
