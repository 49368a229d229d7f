package conversation

import (
	"context"
	"time"

	"tabletalk/internal/question"
)

// Words says what became of every word of a question, without answering it:
// its intent, how sure the best reading is, and the spans. With a conversation
// the question may go on from the one before.
func (s *Service) Words(ctx context.Context, req Request) (string, question.Confidence, []question.Word, error) {
	t, err := s.begin(ctx, req, nil)
	if err != nil {
		return "", "", nil, err
	}
	o := question.Understand(s.asked(t, req.Text))
	sure := question.Low
	if len(o.Readings) > 0 {
		sure = o.Readings[0].Confidence
	}
	return o.Intent, sure, o.Words, nil
}

// Suggest gives questions that would work and begin with the text of a
// request, which may be empty. With a conversation they may go on from its
// last question.
func (s *Service) Suggest(ctx context.Context, req Request, n int) ([]string, error) {
	data, err := s.data.Open(ctx, req.Workspace, req.SessionID)
	if err != nil {
		return nil, err
	}
	in := question.Input{Text: req.Text, Catalog: data.Catalog, Now: s.clock(), Settings: s.settings}
	if req.ConversationID != "" {
		history, err := s.thread(ctx, &turn{Request: req})
		if err != nil {
			return nil, err
		}
		in.History = turns(history)
	}
	return question.Suggest(in, n), nil
}

// parseNow reads a clock as provenance keeps it.
func parseNow(s string) (time.Time, error) { return time.Parse(time.RFC3339, s) }
