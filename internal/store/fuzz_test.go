package store_test

import (
	"testing"
	"time"

	"tabletalk/internal/conversation"
	"tabletalk/internal/fault"
	"tabletalk/internal/question"
	"tabletalk/internal/session"
	"tabletalk/internal/store"
)

// FuzzCursor: whatever a stranger sends as a cursor, it is one of ours, which
// prints itself again, or a clear refusal.
func FuzzCursor(f *testing.F) {
	f.Add("AAAAAAAAAAAwMTk1")
	f.Add("__________8w")
	f.Add("__________8x")
	f.Add("not a cursor")
	f.Fuzz(func(t *testing.T, cursor string) {
		again, err := store.ReadCursor(cursor)
		if err != nil {
			if !fault.Is(err, "cursor") {
				t.Fatalf("cursor %q gives %v", cursor, err)
			}
			return
		}
		if again != cursor && cursor != "" {
			t.Fatalf("cursor %q prints as %q", cursor, again)
		}
	})
}

// TestDamagedDocument: a row that something else has damaged is an error of
// ours, not a crash and not an empty answer.
func TestDamagedDocument(t *testing.T) {
	s := openAt(t, sqliteURL(t))
	id := newSession(t, s)
	c := conversation.Conversation{ID: newID(), SessionID: id}
	if err := s.BeginConversation(t.Context(), session.DefaultWorkspace, c); err != nil {
		t.Fatal(err)
	}
	a := conversation.Answer{QueryID: newID(), SessionID: id, ConversationID: c.ID, Status: question.Answered, CreatedAt: time.Now()}
	if err := s.AddQuery(t.Context(), session.DefaultWorkspace, conversation.Kept{Answer: a}); err != nil {
		t.Fatal(err)
	}
	for _, damage := range []string{"substr(document, 1, 20)", "x''", "x'28b52ffd'", "x'7b7d'"} {
		if err := s.Exec(t.Context(), "UPDATE queries SET document = "+damage); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Query(t.Context(), session.DefaultWorkspace, a.QueryID); !fault.IsKind(err, fault.Internal) {
			t.Errorf("document %s gives %v", damage, err)
		}
	}
}
