package conversation_test

import (
	"strings"
	"testing"

	"tabletalk/internal/app"
	"tabletalk/internal/conversation"
	"tabletalk/internal/fault"
	"tabletalk/internal/llm/llmtest"
)

// Short texts pass the checks, the leave and the ledger of answers.
func TestShortTexts(t *testing.T) {
	says := ""
	th, s := with(t, func(c *llmtest.Call) llmtest.Reply { return llmtest.Text(says) })
	req := th.request("average age by region")
	req.Reader = "offline"
	a, err := th.send(req)
	if err != nil {
		t.Fatal(err)
	}
	c := th.app.Conversations
	explain := func() (*conversation.Written, error) {
		return c.ExplainAnswer(t.Context(), app.Workspace, a.QueryID, "")
	}
	name := func() (*conversation.Written, error) {
		return c.SuggestName(t.Context(), app.Workspace, th.session, a.ConversationID, "")
	}
	describe := func() (*conversation.Written, error) {
		return c.DescribeColumns(t.Context(), app.Workspace, th.session, "people", "")
	}
	suggest := func() (*conversation.Written, error) {
		return c.SuggestQuestions(t.Context(), app.Workspace, th.session, "")
	}
	for _, test := range []struct {
		write        func() (*conversation.Written, error)
		says, reader string
		want         string // what the text begins with
	}{
		{explain, "The average age is highest in [[r1:row1.region]], with [[r1:row1.average age]].", "model", "The average age is highest in South, with 41."},
		{explain, "It is 41, I think.", "offline", a.Explanation},
		{explain, "The lowest is [[r1:row1.average age]].", "offline", a.Explanation},
		{name, `"Ages of people by region"`, "model", "Ages of people by region"},
		{name, "42 reasons to click http://evil.example", "offline", "average age by region"},
		{name, strings.Repeat("word ", 30), "offline", "average age by region"},
		{describe, "- name: who it is\n- age: how old somebody is\nsecret: nothing", "model", "name: who it is\nage: how old somebody is"},
		{describe, "age: about 37 years", "offline", ""},
		{suggest, "1. average age by region\n2. see http://evil.example\n- zorp the quux\n* number of people by region", "model", "average age by region\nnumber of people by region"},
		{suggest, "I cannot.", "offline", "average age by"},
	} {
		says = test.says
		w, err := test.write()
		if err != nil || w.Reader != test.reader || !strings.HasPrefix(w.Text, test.want) || test.reader == "model" && w.Text != test.want || (len(w.Notices) == 1) != (test.reader == "offline") {
			t.Errorf("%q: %+v, %v", test.says, w, err)
		}
	}
	sent, err := c.Sent(t.Context(), app.Workspace, a.QueryID)
	if err != nil || sent.Purpose != "explain" || len(sent.Requests) != 5 {
		t.Errorf("%+v, %v", sent, err)
	}
	if n := len(s.Calls()); n != 5+5+3+3 {
		t.Errorf("%d calls", n)
	}
	if _, err := c.SetEgress(t.Context(), app.Workspace, th.session, "off"); err != nil {
		t.Fatal(err)
	}
	for _, optional := range []func() (*conversation.Written, error){name, suggest} {
		if w, err := optional(); err != nil || w.Reader != "offline" || w.Text == "" || w.Model != nil {
			t.Errorf("without leave: %+v, %v", w, err)
		}
	}
	if _, err := explain(); !fault.Is(err, "model_not_allowed") {
		t.Errorf("%v", err)
	}
}
