package conversation_test

import (
	"strings"
	"testing"

	"tabletalk/internal/app"
	"tabletalk/internal/definition"
	"tabletalk/internal/llm"
	"tabletalk/internal/llm/llmtest"
)

// Answers that people confirmed are shown to the model, those to the questions
// most like the one that is asked, whatever values they name.
func TestConfirmedAnswersAreExamples(t *testing.T) {
	th, s := with(t, llmtest.Script(llmtest.Reply{Blocks: []llm.Block{llmtest.Query("call_1", countPlan)}}, llmtest.Text("Done.")))
	for phrase, plan := range map[string]string{
		"how many people joined from north":  `people | where region = 'North' | count() as joined`,
		"what is the typical age":            `people | median(age) as typical`,
		"who is the eldest":                  `people | order .age desc | limit 1`,
		"list the names":                     `people | select name`,
		"how many people joined in 2024":     `people | where joined within 2024-01-01..2025-01-01 | count() as joined`,
		"how old is the youngest from north": `people | where region = 'North' | min(age) as youngest`,
	} {
		if _, err := th.app.Definitions.Add(t.Context(), app.Workspace, th.session, definition.Meaning{Kind: definition.Answer, Phrase: phrase, Text: plan}); err != nil {
			t.Fatalf("%s: %v", phrase, err)
		}
	}
	th.ask("how many people joined from south?")
	opening := s.Calls()[0].Messages[0].Blocks[0].Text
	_, shown, found := strings.Cut(opening, "<confirmed>")
	lines := strings.Split(strings.TrimSpace(shown), "\n")
	if !found || len(lines) < 3 || !strings.HasPrefix(lines[1], `"how many people joined from north": "people | where region = 'North' | count() as joined"`) || strings.Contains(shown, "list the names") {
		t.Errorf("%s", opening)
	}
}
