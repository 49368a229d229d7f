package conversation

import (
	"context"
	"time"

	"tabletalk/internal/question"
)

// Words says what became of every word of a question, without answering it:
// its intent, how sure the best reading is, and the spans.
func (s *Service) Words(ctx context.Context, workspace, sessionID, text string) (string, question.Confidence, []question.Word, error) {
	t, err := s.begin(ctx, Request{Workspace: workspace, SessionID: sessionID, Text: text}, nil)
	if err != nil {
		return "", "", nil, err
	}
	o := question.Understand(question.Input{Text: text, Catalog: t.data.Catalog, Now: t.now, Settings: s.settings})
	sure := question.Low
	if len(o.Readings) > 0 {
		sure = o.Readings[0].Confidence
	}
	return o.Intent, sure, o.Words, nil
}

// Suggest gives questions that would work and begin with what was typed.
func (s *Service) Suggest(ctx context.Context, workspace, sessionID, prefix string, n int) ([]string, error) {
	data, err := s.data.Open(ctx, workspace, sessionID)
	if err != nil {
		return nil, err
	}
	return question.Suggest(question.Input{Text: prefix, Catalog: data.Catalog, Now: s.clock(), Settings: s.settings}, n), nil
}

// parseNow reads a clock as provenance keeps it.
func parseNow(s string) (time.Time, error) { return time.Parse(time.RFC3339, s) }
