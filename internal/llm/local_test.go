//go:build llm

package llm_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"tabletalk/internal/llm"
	"tabletalk/internal/llm/llmtest"
)

// smallRequest is one that a very small model can do something with.
func smallRequest() llm.Request {
	return llm.Request{
		Model: "SmolLM2-135M", MaxTokens: 48, System: []string{"You read questions about tables."},
		Tools:    []llm.Tool{{Name: "run_query", Description: "Runs a plan.", Schema: json.RawMessage(`{"type":"object","properties":{"plan":{"type":"string"}},"required":["plan"]}`)}},
		Messages: []llm.Message{llm.Say(llm.User, "How many people are there? The table is people.")},
	}
}

// A real model on the real wire: a call of a tool, its result, and a text that
// comes in pieces, in both formats of one server.
func TestLocalModel(t *testing.T) {
	url := llmtest.Local(t)
	inBoth(t, func(t *testing.T, format string) {
		p := provider(t, format, (&llmtest.Server{URL: url}).Base(format))
		req := smallRequest()
		first, err := p.Stream(t.Context(), req, nil)
		if err != nil {
			t.Fatal(err)
		}
		calls := first.Calls()
		if len(calls) == 0 || calls[0].Name != "run_query" || !json.Valid(calls[0].Input) || first.Stop != llm.WantsTool || first.Usage.All() == 0 {
			t.Fatalf("%+v", first)
		}
		t.Logf("it calls %s(%s), %+v", calls[0].Name, calls[0].Input, first.Usage)
		var results []llm.Block
		for _, c := range calls {
			results = append(results, llm.Block{Result: &llm.Result{CallID: c.ID, Text: `{"result":"r1","row_count":1}`}})
		}
		req.Messages = append(req.Messages, llm.Message{Role: llm.Assistant, Blocks: first.Blocks}, llm.Message{Role: llm.User, Blocks: results})
		req.Tools = nil // so that it speaks
		pieces := 0
		second, err := p.Stream(t.Context(), req, func(e llm.Event) { pieces++ })
		if err != nil || second.Text() == "" || pieces < 2 {
			t.Errorf("%d pieces, %+v, %v", pieces, second, err)
		}
	})
}

// Who leaves frees the server: it has one place, and the next one gets it.
func TestLocalModelIsCancelled(t *testing.T) {
	url := llmtest.Local(t)
	inBoth(t, func(t *testing.T, format string) {
		p := provider(t, format, (&llmtest.Server{URL: url}).Base(format))
		req := smallRequest()
		req.Tools, req.MaxTokens = nil, 4000
		req.Messages = []llm.Message{llm.Say(llm.User, "Write a very long story about "+strings.Repeat("a long road and ", 20)+"the sea.")}
		ctx, leave := context.WithCancel(t.Context())
		_, err := p.Stream(ctx, req, func(llm.Event) { leave() })
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("%v", err)
		}
		req.MaxTokens = 8
		if _, err := p.Stream(t.Context(), req, nil); err != nil {
			t.Errorf("the next one: %v", err)
		}
	})
}
