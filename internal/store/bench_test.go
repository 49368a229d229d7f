package store_test

import (
	"fmt"
	"testing"
	"time"

	"tabletalk/internal/conversation"
	"tabletalk/internal/question"
	"tabletalk/internal/session"
	"tabletalk/internal/store"
	"tabletalk/internal/table"
)

func benchStore(b *testing.B) (*store.Store, session.Session, conversation.Conversation) {
	b.Helper()
	s, err := store.Open(b.Context(), "sqlite:"+b.TempDir()+"/a.db", quiet)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	now := time.Now()
	v := session.Session{ID: newID(), Workspace: session.DefaultWorkspace, Status: session.Active, CreatedAt: now, UpdatedAt: now, ExpiresAt: now.Add(time.Hour)}
	if err := s.CreateSession(b.Context(), v, nil); err != nil {
		b.Fatal(err)
	}
	c := conversation.Conversation{ID: newID(), SessionID: v.ID}
	if err := s.BeginConversation(b.Context(), session.DefaultWorkspace, c); err != nil {
		b.Fatal(err)
	}
	return s, v, c
}

// benchAnswer is an answer of a hundred rows.
func benchAnswer(v session.Session, c conversation.Conversation) conversation.Answer {
	a := conversation.Answer{QueryID: newID(), SessionID: v.ID, ConversationID: c.ID, Query: "total amount by region", Status: question.Answered, CreatedAt: time.Now()}
	a.Result = &conversation.Result{Columns: []conversation.ResultColumn{{Name: "region", Type: table.String}, {Name: "total", Type: table.Float}}}
	for i := range 100 {
		a.Result.Rows = append(a.Result.Rows, []table.Value{fmt.Sprintf("region %d", i), float64(i) * 1.5})
	}
	return a
}

// BenchmarkAddQuery is what every answer costs on SQLite, synced to disk.
func BenchmarkAddQuery(b *testing.B) {
	s, v, c := benchStore(b)
	for b.Loop() {
		if err := s.AddQuery(b.Context(), v.Workspace, conversation.Kept{Answer: benchAnswer(v, c)}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkQuery(b *testing.B) {
	s, v, c := benchStore(b)
	a := benchAnswer(v, c)
	if err := s.AddQuery(b.Context(), v.Workspace, conversation.Kept{Answer: a}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.Query(b.Context(), v.Workspace, a.QueryID); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSession is what every request asks first.
func BenchmarkSession(b *testing.B) {
	s, v, _ := benchStore(b)
	for b.Loop() {
		if _, err := s.Session(b.Context(), v.Workspace, v.ID); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpen is a start of the program on a database that is there.
func BenchmarkOpen(b *testing.B) {
	url := "sqlite:" + b.TempDir() + "/a.db"
	for b.Loop() {
		s, err := store.Open(b.Context(), url, quiet)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
