package api

import (
	"context"
	"net/http/httptest"
	"testing"

	"tabletalk/internal/conversation"
	"tabletalk/internal/table"
)

// What the door itself costs: identity, headers, guards, metrics, log line.
func BenchmarkMe(b *testing.B) {
	s := door(b, nil)
	for b.Loop() {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("GET", "/api/v1/auth/me", nil))
		if w.Code != 200 {
			b.Fatal(w.Code)
		}
	}
}

// A question whose answer is there already, with a hundred rows.
func BenchmarkAsk(b *testing.B) {
	a := &conversation.Answer{Result: &conversation.Result{}}
	for range 100 {
		a.Result.Rows = append(a.Result.Rows, []table.Value{"some region", 12345.678, int64(12)})
	}
	s := door(b, func(o *Options) {
		o.Asker = asker{ask: func(context.Context, conversation.Request, func(conversation.Event)) (*conversation.Answer, error) {
			return a, nil
		}}
	})
	for b.Loop() {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, ask(`{"session_id":"s","query":"average age by region","use_cache":true}`))
		if w.Code != 200 {
			b.Fatal(w.Code, w.Body)
		}
	}
}
