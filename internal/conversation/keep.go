package conversation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"tabletalk/internal/fault"
	"tabletalk/internal/llm/agent"
	"tabletalk/internal/plan"
	"tabletalk/internal/question"
	"tabletalk/internal/table"
)

// recall finds the answer to the same question on the same data, asked at the
// same point of a conversation on the same day.
func (s *Service) recall(ctx context.Context, t *turn) bool {
	if t.NoCache || s.memory == nil {
		return false
	}
	raw, ok := s.memory.Get(ctx, t.key)
	if !ok {
		return false
	}
	var k Kept
	if table.UnmarshalExact(raw, &k) != nil {
		return false
	}
	fresh := t.answer
	t.answer, t.keys = &k.Answer, k.Keys
	for _, key := range k.Keys {
		for i, v := range key.Values {
			key.Values[i] = table.Typed(key.Type, v)
		}
	}
	t.answer.QueryID, t.answer.ConversationID = fresh.QueryID, fresh.ConversationID
	if t.Text != "" {
		t.answer.Query = t.Text
	}
	t.answer.CreatedAt, t.answer.Cached, t.answer.Feedback = fresh.CreatedAt, true, ""
	if m := t.answer.Model; m != nil { // nothing was sent this time
		m.Calls, m.InputTokens, m.CachedTokens, m.OutputTokens, m.CostUSD, m.Shared = 0, 0, 0, 0, 0, agent.Shared{}
	}
	t.answer.ElapsedMS = s.clock().Sub(t.started).Milliseconds()
	t.replay()
	return true
}

// remember keeps an answer for the next time.
func (s *Service) remember(ctx context.Context, t *turn) {
	if s.memory == nil || len(t.answer.Notices) > 0 { // another time the model may be there
		return
	}
	raw, err := json.Marshal(Kept{Answer: *t.answer, Keys: t.keys})
	if err == nil {
		s.memory.Set(ctx, t.key, raw, s.limits.CacheTTL)
	}
}

// key names an answer by all that decides it: the program, the workspace and
// session with the version of its data and definitions, the day on which
// relative dates are read, the model that reads along and what it may know, and
// the plan that was posted, or the text with the turns that it may refer to.
func (s *Service) key(t *turn) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n%s\n", s.version, s.engine.Version(), t.now.Format("2006-01-02 -0700"), t.Now)
	if t.egress != agent.Off {
		fmt.Fprintf(h, "model %q %s %s\n", s.model.Name, t.egress, t.Reader)
	}
	if t.Plan != nil {
		fmt.Fprintf(h, "plan %s %d\n", plan.Hash(t.Plan), min(len(t.history), 1))
	} else {
		fmt.Fprintf(h, "%q\n", t.Text)
		for _, turn := range t.history {
			fmt.Fprintf(h, "after %s\n", plan.Hash(turn.Plan))
		}
	}
	return fmt.Sprintf("answer/%s/%s/%d/%s", t.Workspace, t.SessionID, t.data.Version, hex.EncodeToString(h.Sum(nil)))
}

// keep stores the answer in its conversation; a new one begins with it. Where
// there is no room for it, who asked is answered all the same, and told that
// the answer will not be found again.
func (s *Service) keep(ctx context.Context, t *turn) error {
	ctx = context.WithoutCancel(ctx)
	err := s.put(ctx, t)
	if fault.IsKind(err, fault.StorageFull) {
		s.log.ErrorContext(ctx, "an answer could not be kept", "query_id", t.answer.QueryID, "cause", err.Error())
		t.answer.Notes = append(t.answer.Notes, "The disk of the server is full: this answer is not kept.")
		err = nil
	}
	if err == nil {
		t.say("done", t.answer)
	}
	return err
}

// put stores the answer.
func (s *Service) put(ctx context.Context, t *turn) (err error) {
	list := append(t.over, Kept{Answer: *t.answer, Keys: t.keys})
	if t.isNew {
		c := Conversation{ID: t.ConversationID, SessionID: t.SessionID, Name: title(t.answer.Query), CreatedAt: t.answer.CreatedAt, UpdatedAt: t.answer.CreatedAt}
		err = s.store.BeginConversation(ctx, t.Workspace, c, append(t.before, list...)...)
		list = nil
	}
	for _, k := range list {
		if err == nil {
			err = s.store.AddQuery(ctx, t.Workspace, k)
		}
	}
	return err
}

// replay tells a listener the steps of an answer that was kept.
func (t *turn) replay() {
	a := t.answer
	if a.Plan != nil {
		t.say("plan", map[string]any{"plan": a.Plan, "text": a.PlanText})
	}
	if a.SQL != "" {
		t.say("sql", map[string]string{"sql": a.SQL})
	}
	if a.Result != nil {
		t.say("result", a.Result)
	}
	if a.Status == question.Clarify {
		t.say("clarify", map[string]any{"question": a.Question, "options": a.Options})
		return
	}
	t.say("text", map[string]any{"text": a.Explanation, "notes": a.Notes, "chart": a.Chart})
	for _, as := range a.Assumptions {
		t.say("assumption", as)
	}
}

// title is a conversation's first name: its first question, cut to fit a list.
func title(question string) string {
	const most = 80
	runes := []rune(strings.Join(strings.Fields(question), " "))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most-1]) + "…"
}
