package cli_test

import (
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"tabletalk/internal/llm/llmtest"
)

// A model is measured on a set of questions: what it read, how often it
// agrees, what it cost at the prices of the list, and how long it took.
func TestEvalMeasuresAModel(t *testing.T) {
	s := llmtest.Start(t, llmtest.Ideal(map[string]string{
		"how many customers": `customers | count() as "number of customers"`,
		"only enterprise":    `customers | where segment = 'SMB' | count() as "number of customers"`, // which is wrong
	}))
	dir := t.TempDir()
	for name, text := range map[string]string{
		"questions.txt": "files samples/customers.csv\n\nask\nhow many customers\n----\nrows      number of customers\n          120\n\nfollow\nonly enterprise\n----\nrows      number of customers\n          19\n",
		"models.json":   `[{"match":"priced","context":100000,"output":1000,"input_price":2,"output_price":2}]`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(more ...string) []byte {
		t.Helper()
		cmd := exec.Command("tabletalk", append([]string{"eval", "--reader", "model", "--model-provider", "openai", "--model-url", s.Base(llmtest.OpenAI), "--model", "priced",
			"--model-list", "models.json", "--model-egress", "results", "questions.txt"}, more...)...)
		cmd.Dir, cmd.Env, cmd.Stderr = dir, append(os.Environ(), "TABLETALK_MODEL_KEY="+llmtest.Key, "TMPDIR="+t.TempDir()), os.Stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	var got struct {
		Sets []struct {
			Asked, Right, Wrong int
			P50                 float64 `json:"p50_ms"`
			P95                 float64 `json:"p95_ms"`
			Model               struct {
				Asked, Answered, Agrees, Differs, Calls, Tokens int
				Cost                                            float64 `json:"cost_usd"`
			}
		}
	}
	if err := json.Unmarshal(run("--json"), &got); err != nil || len(got.Sets) != 1 {
		t.Fatal(err, got)
	}
	set := got.Sets[0]
	m := set.Model
	if set.Asked != 2 || set.Right != 1 || set.Wrong != 1 || m.Asked != 2 || m.Answered != 2 || m.Agrees != 1 || m.Differs != 1 || m.Calls != 4 || m.Calls != len(s.Calls()) {
		t.Errorf("%+v", set)
	}
	if want := float64(2*m.Tokens) / 1e6; m.Tokens == 0 || math.Abs(m.Cost-want) > 1e-5 || set.P50 <= 0 || set.P95 < set.P50 {
		t.Errorf("%+v, not $%f", set, want)
	}
	report := string(run())
	for _, line := range []string{`(?m)^set +asked .* p50 ms +p95 ms$`, `(?m)^model +asked .* cost$`, `(?m)^golden +2 +2 +1 +1 +0 +4 +\d+ +0\.0% +\$0\.0\d+$`} {
		if !regexp.MustCompile(line).MatchString(report) {
			t.Errorf("no %s in\n%s", line, report)
		}
	}
}
