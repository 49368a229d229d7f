package evalset

import (
	"testing"

	"tabletalk/internal/eval"
)

// item is one thread of questions over files; most have one question.
type item struct {
	files []string
	turns []turn
}

type turn struct {
	id, text, gold string
	judge          func(rows [][]any) bool
	want           any
}

// setFiles are where the sets are, below the folder of all.
var setFiles = map[string]string{
	"spider1": "/Spider/train_with_answers.jsonl", "spiderN": "/Spider/train_with_answers.jsonl", "geo": "/GeoQuery/questions.jsonl",
	"nvbench": "/nvBench/charts.jsonl", "wtq": "/WikiTableQuestions/data/random-split-1-dev.tsv", "sqa": "/SQA/train.tsv",
}

// load reads a set.
func load(t testing.TB, name, root string) []item {
	t.Helper()
	file, ok := setFiles[name]
	if !ok {
		t.Fatalf("no set is called %q", name)
	}
	sets, err := eval.Load("", root+file)
	if err != nil {
		t.Fatal(err)
	}
	var out []item
	for _, s := range sets {
		if s.Name != name {
			continue
		}
		for _, thread := range s.Threads {
			it := item{files: thread.Files}
			for _, q := range thread.Turns {
				it.turns = append(it.turns, turn{id: q.ID, text: q.Text, gold: q.Gold, judge: q.Judge, want: q.Want})
			}
			out = append(out, it)
		}
	}
	return out
}
