package definition_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tabletalk/internal/catalog"
	"tabletalk/internal/dataset"
	"tabletalk/internal/definition"
	"tabletalk/internal/fault"
	"tabletalk/internal/plan"
	"tabletalk/internal/session"
	"tabletalk/internal/store"
	"tabletalk/internal/table"
)

// data is two tables that every session has.
type data struct{ catalog *catalog.Catalog }

func (d data) Open(context.Context, string, string) (*dataset.Opened, error) {
	return &dataset.Opened{Catalog: d.catalog}, nil
}

func shop() *catalog.Catalog {
	values := catalog.BuildIndex([]catalog.ColumnValues{{Column: "region", Values: []string{"North", "South"}, Rows: []int64{2, 2}, Complete: true}})
	return &catalog.Catalog{Tables: []catalog.Table{
		{Name: "orders", Rows: 4, Values: values, Columns: []catalog.Column{
			{Name: "order_id", Type: table.Integer, Role: catalog.ID}, {Name: "region", Type: table.String, Role: catalog.Dimension},
			{Name: "revenue", Type: table.Float, Role: catalog.Measure}, {Name: "profit", Type: table.Float, Role: catalog.Measure}}},
		{Name: "customers", Rows: 2, Columns: []catalog.Column{
			{Name: "customer_id", Type: table.Integer, Role: catalog.ID}, {Name: "region", Type: table.String, Role: catalog.Dimension}}},
	}}
}

// school is a session to teach in, over a real database.
type school struct {
	*testing.T
	*definition.Service
	store   *store.Store
	session string
}

func open(t *testing.T, limit int) *school {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+t.TempDir()+"/a.db", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	now := time.Now()
	v := session.Session{ID: "01890000-0000-7000-8000-000000000001", Workspace: session.DefaultWorkspace, Owner: session.LocalOwner, Status: session.Active,
		CreatedAt: now, UpdatedAt: now, ExpiresAt: now.Add(time.Hour)}
	if err := s.CreateSession(t.Context(), v, nil); err != nil {
		t.Fatal(err)
	}
	o := definition.Options{Store: s, Data: data{shop()}, Limit: limit, Now: time.Now}
	return &school{T: t, Service: definition.NewService(o), store: s, session: v.ID}
}

func (s *school) add(m definition.Meaning) (*definition.Definition, error) {
	return s.Add(s.Context(), session.DefaultWorkspace, s.session, m)
}

// taught is the catalog with everything that was added.
func (s *school) taught() *catalog.Catalog {
	s.Helper()
	c := shop()
	if err := (definition.Teacher{Source: s.store}).Teach(s.Context(), session.DefaultWorkspace, s.session, c); err != nil {
		s.Fatal(err)
	}
	return c
}

func TestWhatIsRefused(t *testing.T) {
	s := open(t, 0)
	tests := []struct {
		name, code string
		meaning    definition.Meaning
	}{
		{"no kind", "definition_kind", definition.Meaning{Phrase: "zorp"}},
		{"another scope", "definition_scope", definition.Meaning{Kind: "synonym", Scope: "planet", Phrase: "zorp"}},
		{"no phrase", "phrase_empty", definition.Meaning{Kind: "synonym", Phrase: " ", Table: "orders"}},
		{"a long phrase", "phrase_too_long", definition.Meaning{Kind: "synonym", Phrase: strings.Repeat("zorp ", 9), Column: "revenue"}},
		{"a phrase that turns text around", "phrase_invalid", definition.Meaning{Kind: "synonym", Phrase: "zorp\u202e", Column: "revenue"}},
		{"a word of every question", "phrase_is_language", definition.Meaning{Kind: "synonym", Phrase: "by", Column: "revenue"}},
		{"a column's name", "phrase_taken", definition.Meaning{Kind: "synonym", Phrase: "Profits", Column: "revenue"}},
		{"no column", "definition_column_needed", definition.Meaning{Kind: "forbidden", Table: "orders", Phrase: "zorp"}},
		{"an unknown column", "plan_unknown_column", definition.Meaning{Kind: "synonym", Table: "orders", Phrase: "zorp", Column: "nothing"}},
		{"an unknown table", "plan_unknown_table", definition.Meaning{Kind: "synonym", Table: "secrets", Phrase: "zorp"}},
		{"a column of two tables", "definition_table_needed", definition.Meaning{Kind: "synonym", Phrase: "zorp", Column: "region"}},
		{"an unknown value", "value_unknown", definition.Meaning{Kind: "synonym", Table: "orders", Phrase: "zorp", Column: "region", Value: "West"}},
		{"a metric of nothing", "definition_table_needed", definition.Meaning{Kind: "metric", Phrase: "zorp"}},
		{"a metric that cannot be read", "plan_text_invalid", definition.Meaning{Kind: "metric", Table: "orders", Phrase: "zorp", Text: "sum(("}},
		{"a metric over rows", "plan_not_grouped", definition.Meaning{Kind: "metric", Table: "orders", Phrase: "zorp", Text: "revenue"}},
		{"a filter that is a number", "plan_wrong_type", definition.Meaning{Kind: "filter", Table: "orders", Phrase: "zorp", Text: "revenue + 1"}},
		{"nothing said of a column", "definition_empty", definition.Meaning{Kind: "column", Column: "revenue"}},
		{"an unknown role", "role_unknown", definition.Meaning{Kind: "column", Column: "revenue", Role: "king"}},
		{"an amount of text", "role_needs_number", definition.Meaning{Kind: "column", Table: "orders", Column: "region", Role: "measure"}},
		{"a date of text", "role_needs_date", definition.Meaning{Kind: "column", Table: "orders", Column: "region", Role: "time"}},
		{"the sum of ids", "aggregate_of_id", definition.Meaning{Kind: "column", Column: "order_id", Aggregate: "sum"}},
		{"an answer without a plan", "plan_text_invalid", definition.Meaning{Kind: "answer", Phrase: "how bad is it"}},
		{"an answer over an unknown table", "plan_unknown_table", definition.Meaning{Kind: "answer", Phrase: "how bad is it", Text: "secrets | count()"}},
	}
	for _, tt := range tests {
		if _, err := s.add(tt.meaning); !fault.Is(err, tt.code) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.code)
		}
	}
	list, _, err := s.List(t.Context(), session.DefaultWorkspace, s.session, session.Page{Limit: 10})
	if err != nil || len(list) != 0 {
		t.Errorf("kept: %+v %v", list, err)
	}
}

func TestTeach(t *testing.T) {
	s := open(t, 0)
	for _, m := range []definition.Meaning{
		{Kind: definition.Synonym, Scope: definition.Everywhere, Phrase: "Zorps", Column: "revenue"},
		{Kind: definition.Synonym, Phrase: "zorp", Column: "profit"},
		{Kind: definition.Synonym, Table: "orders", Phrase: "upcountry", Column: "region", Value: "north"},
		{Kind: definition.Column, Column: "profit", Role: catalog.Rate, Aggregate: "avg", Hidden: true},
		{Kind: definition.Answer, Phrase: " How  bad is it? ", Text: "orders | count()"},
	} {
		if _, err := s.add(m); err != nil {
			t.Fatalf("%+v: %v", m, err)
		}
	}
	c := s.taught()
	want := []catalog.Term{
		{Phrase: "zorp", Kind: catalog.TermSynonym, Table: "orders", Column: "profit"}, // the session's own comes before the workspace's
		{Phrase: "upcountry", Kind: catalog.TermSynonym, Table: "orders", Column: "region", Text: "North"},
		{Phrase: "how bad is it", Kind: catalog.TermAnswer, Text: "orders | count()"},
	}
	if diff := cmp.Diff(want, c.Terms); diff != "" {
		t.Error(diff)
	}
	if col := c.Table("orders").Column("profit"); !col.Hidden || col.Role != catalog.Rate || col.Summed != "avg" {
		t.Errorf("the column: %+v", col)
	}
	if c.Confirmed("how bad is it") == "" || c.Confirmed("how bad") != "" {
		t.Error("the answer is not found by its question alone")
	}
}

// What does not fit the tables (any more) is left out, and said.
func TestWhatDoesNotFit(t *testing.T) {
	s := open(t, 0)
	for _, m := range []definition.Meaning{
		{Kind: definition.Metric, Phrase: "zorp", Text: "sum(profit)"},
		{Kind: definition.Column, Column: "profit", Hidden: true},
		{Kind: definition.Answer, Phrase: "how bad is it", Text: "orders | min(profit)"},
		{Kind: definition.Answer, Phrase: "how many are there", Text: "orders | count()"},
	} {
		if _, err := s.add(m); err != nil {
			t.Fatal(err)
		}
	}
	c := shop()
	c.Tables[0].Columns = c.Tables[0].Columns[:3]
	all, err := s.store.AllDefinitions(t.Context(), session.DefaultWorkspace, s.session)
	if err != nil {
		t.Fatal(err)
	}
	definition.Teach(all, c)
	if len(c.Terms) != 0 {
		t.Errorf("taught to a table without the column: %+v", c.Terms)
	}
	if columns := shop(); len(columns.Tables[0].Columns) != 4 {
		t.Error("the fixture itself was changed")
	}
}

func TestConfirmAndWithdraw(t *testing.T) {
	s := open(t, 0)
	confirm := func(question, text string) {
		t.Helper()
		p, err := plan.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Confirm(t.Context(), session.DefaultWorkspace, s.session, question, p); err != nil {
			t.Fatal(err)
		}
	}
	confirm("How bad is it?", "orders | count()")
	confirm("how bad is it", "orders | count()")
	confirm("how bad  is it!", "orders | sum(profit)")
	if got := s.taught().Confirmed("how bad is it"); !strings.HasPrefix(got, "orders | sum(profit)") {
		t.Errorf("the plan that was confirmed last is %q", got)
	}
	p, _ := plan.Parse("orders | count()")
	if err := s.Withdraw(t.Context(), session.DefaultWorkspace, s.session, "how bad is it", p); err != nil || s.taught().Confirmed("how bad is it") == "" {
		t.Errorf("another plan was withdrawn: %v", err)
	}
	p, _ = plan.Parse("orders | sum(profit)")
	if err := s.Withdraw(t.Context(), session.DefaultWorkspace, s.session, "how bad is it", p); err != nil || s.taught().Confirmed("how bad is it") != "" {
		t.Errorf("it was withdrawn, but is still there: %v", err)
	}
}

// What an answer computes is said wherever it is given, not in lists alone.
func TestSays(t *testing.T) {
	s := open(t, 0)
	d, err := s.add(definition.Meaning{Kind: definition.Answer, Phrase: "how bad is it", Text: "orders | count()"})
	if err != nil || d.Says == "" {
		t.Fatalf("added, it says %+v: %v", d, err)
	}
	text := "orders | sum(profit)"
	changed, err := s.Change(t.Context(), session.DefaultWorkspace, s.session, d.ID, definition.Change{Text: &text}.Apply)
	if err != nil || changed.Says == d.Says {
		t.Fatalf("changed, it says %+v: %v", changed, err)
	}
	list, _, err := s.List(t.Context(), session.DefaultWorkspace, s.session, session.Page{Limit: 1})
	if err != nil || len(list) != 1 || list[0].Says != changed.Says {
		t.Errorf("listed, it says %+v, not %q: %v", list, changed.Says, err)
	}
}

func TestLimitAndChange(t *testing.T) {
	s := open(t, 1)
	d, err := s.add(definition.Meaning{Kind: definition.Synonym, Phrase: "zorp", Column: "profit"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.add(definition.Meaning{Kind: definition.Synonym, Phrase: "glim", Column: "profit"})
	if f := fault.Of(err); f == nil || f.Code != "too_many_definitions" || !strings.Contains(f.Message, "max-definitions") {
		t.Errorf("past the limit: %v", err)
	}
	phrase := "glim"
	got, err := s.Change(t.Context(), session.DefaultWorkspace, s.session, d.ID, definition.Change{Phrase: &phrase}.Apply)
	if err != nil || got.Phrase != "glim" || got.Column != "profit" {
		t.Errorf("changed to %+v: %v", got, err)
	}
	if _, err := s.Change(t.Context(), session.DefaultWorkspace, s.session, d.ID, func(m *definition.Meaning) { m.Column = "nothing" }); !fault.Is(err, "plan_unknown_column") {
		t.Errorf("changed to nothing: %v", err)
	}
	if err := s.Delete(t.Context(), session.DefaultWorkspace, s.session, d.ID); err != nil || len(s.taught().Terms) != 0 {
		t.Errorf("deleted: %v", err)
	}
}
