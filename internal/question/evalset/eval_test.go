package evalset

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tabletalk/internal/eval"
	"tabletalk/internal/golden"
)

var (
	sets    = flag.String("set", "", "sets to measure: spider1, spiderN, geo, nvbench, nvbench-wordings, wtq, sqa; all")
	every   = flag.Int("every", 20, "measure each n-th table of a set")
	shown   = flag.Int("show", 0, "how many questions that are not right to print")
	only    = flag.String("only", "", "print those that ended so: right, wrong, high, refused, clarified, failed, all")
	score   = flag.String("score", "", "write the counts to this file")
	matched = flag.String("match", "", "print only questions that hold this text")
)

// files hold the sets, below the folder of all.
var files = []string{"Spider/train_with_answers.jsonl", "GeoQuery/questions.jsonl", "nvBench/charts.jsonl",
	"WikiTableQuestions/data/random-split-1-dev.tsv", "SQA/train.tsv"}

// TestEval measures the sets named with -set.
func TestEval(t *testing.T) {
	if *sets == "" {
		return // a tool: TestScore says what must hold
	}
	results := measure(t, *every, func(name string) bool { return *sets == "all" || strings.Contains(","+*sets+",", ","+name+",") })
	if err := eval.WriteReport(os.Stdout, results); err != nil {
		t.Fatal(err)
	}
	if *score != "" {
		keep(t, *score, written(t, *every, results))
	}
}

const keptScore = "testdata/twentieth.txt"

// TestScore replays a twentieth of each set: a better or worse engine is seen
// as a changed number.
func TestScore(t *testing.T) {
	if testing.Short() {
		t.Skip("the sets take half a minute")
	}
	got := written(t, 20, measure(t, 20, func(string) bool { return true }))
	golden.Compare(t, keptScore, got)
}

func written(t *testing.T, every int, results []eval.Result) string {
	t.Helper()
	about := "all questions"
	if every > 1 {
		about = fmt.Sprintf("one table in %d, in an engine in the process of the test", every)
	}
	var b bytes.Buffer
	if err := eval.WriteScore(&b, about, results); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func keep(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// measure asks each n-th table of the sets that are wanted.
func measure(t *testing.T, every int, wanted func(name string) bool) []eval.Result {
	t.Helper()
	dir := root(t)
	paths := make([]string, len(files))
	for i, f := range files {
		paths[i] = filepath.Join(dir, f)
	}
	loaded, err := eval.Load("", paths...)
	if err != nil {
		t.Fatal(err)
	}
	var out []eval.Result
	for _, s := range loaded {
		if !wanted(s.Name) {
			continue
		}
		r, err := eval.Run(context.Background(), house{}, s, eval.Options{Sample: every, Jobs: 2, Each: printer()})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

// printer shows the first questions of a set that did not end well.
func printer() func(set string, q eval.Turn, o eval.Outcome) {
	left := *shown
	return func(_ string, q eval.Turn, o eval.Outcome) {
		ended := string(o.Verdict)
		if o.Verdict == eval.Wrong && o.High {
			ended = "high"
		}
		if left <= 0 || *only == "" && o.Verdict == eval.Right || *only != "" && *only != "all" && *only != ended || !strings.Contains(strings.ToLower(q.Text), *matched) {
			return
		}
		left--
		fmt.Printf("%-8s %s: %s\n         %s\n         gold %.160s  want %.120s\n", ended, q.ID, q.Text, strings.ReplaceAll(o.Says, "\n", "\n         "), q.Gold, fmt.Sprint(q.Want))
	}
}
