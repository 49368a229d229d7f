package store_test

import (
	"strings"
	"testing"
	"time"

	"tabletalk/internal/audit"
	"tabletalk/internal/session"
	"tabletalk/internal/testservers"
)

// The database refuses to change an entry of the audit log, and to delete one
// that is young, whoever asks.
func TestAuditIsAppendOnly(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { auditStays(t, sqliteURL(t)) })
	t.Run("postgres", func(t *testing.T) { auditStays(t, testservers.Postgres(t).Database(t)) })
}

func auditStays(t *testing.T, url string) {
	s := openAt(t, url)
	for id, age := range map[string]time.Duration{"young": 0, "old": 40 * 24 * time.Hour} {
		if err := s.AddEntry(t.Context(), audit.Entry{ID: id, Workspace: session.DefaultWorkspace, Action: "login", CreatedAt: time.Now().Add(-age)}); err != nil {
			t.Fatal(err)
		}
	}
	for _, statement := range []string{
		"UPDATE audit SET outcome = 'x'", "UPDATE audit SET actor_id = 'x' WHERE id = 'old'", "DELETE FROM audit", "DELETE FROM audit WHERE id = 'young'",
	} {
		if err := s.Exec(t.Context(), statement); err == nil {
			t.Errorf("%s: done", statement)
		}
	}
	if strings.HasPrefix(url, "postgres") && s.Exec(t.Context(), "TRUNCATE audit") == nil {
		t.Error("the log was emptied")
	}
	if err := s.ForgetEntries(t.Context(), time.Now()); err == nil {
		t.Error("the whole log was forgotten")
	}
	if err := s.ForgetEntries(t.Context(), time.Now().Add(-35*24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	list, _, err := s.Entries(t.Context(), session.DefaultWorkspace, audit.Filter{}, session.Page{})
	if err != nil || len(list) != 1 || list[0].ID != "young" || list[0].Outcome != "" {
		t.Errorf("%+v %v", list, err)
	}
}
