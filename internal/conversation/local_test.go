//go:build llm

package conversation_test

import (
	"testing"

	"tabletalk/internal/llm/llmtest"
	"tabletalk/internal/question"
)

// A real, very small model reads a question. What it proposes may be anything;
// the person has an answer that was computed, always.
func TestLocalModelReadsAQuestion(t *testing.T) {
	url := llmtest.Local(t)
	th := talk(t, "--model-provider", "openai", "--model-url", url+"/v1", "--model", "SmolLM2-135M-Instruct", "--model-key", llmtest.Key,
		"--model-egress", "results", "--model-timeout", "5m", "--model-idle", "2m")
	for _, text := range []string{"how many people are there?", "average age by region"} {
		a := th.ask(text)
		if a.Status != question.Answered || a.Result == nil || len(a.Result.Rows) == 0 || a.Model == nil || a.Model.Calls == 0 {
			t.Errorf("%s: %+v, %+v", text, a, a.Model)
			continue
		}
		t.Logf("%s: read by %s, %+v, notices %v, %v", text, a.Reader, *a.Model, a.Notices, a.Result.Rows)
	}
}
