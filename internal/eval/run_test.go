package eval

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tabletalk/internal/fault"
	"tabletalk/internal/question"
)

// parrot is a house that answers each question by what it says.
type parrot struct{ opened, closed int }

func (p *parrot) Open(_ context.Context, files []string) (Room, error) {
	if strings.Contains(files[0], "broken") {
		return nil, errors.New("cannot be read")
	}
	p.opened++
	return p, nil
}

func (p *parrot) Close(context.Context) { p.closed++ }

func (p *parrot) Ask(_ context.Context, text string, _ time.Time, follow bool) (Reply, error) {
	word, rest, _ := strings.Cut(text, " ")
	r := Reply{Status: question.Answered, Took: time.Millisecond, Says: text, Mark: "bar"}
	switch word {
	case "sure":
		r.High = true
	case "refuse":
		r.Status = question.Refused
	case "ask":
		r.Status = question.Clarify
	case "fail":
		return r, errors.New("no answer")
	case "follow":
		rest = fmt.Sprint(follow)
	}
	r.Rows = [][]any{{rest}}
	return r, nil
}

func turn(text, want string) Turn {
	return Turn{ID: text, Text: text, Judge: func(rows [][]any) bool { return Matches(rows, [][]any{{want}}, false) }}
}

func TestRunCounts(t *testing.T) {
	refused := turn("refuse", "")
	refused.Expect = question.Refused
	drawn, other := turn("say x", "x"), turn("say x", "x")
	drawn.Chart, other.Chart = "bar", "arc"
	unwanted := turn("say x", "x")
	unwanted.Expect = question.Refused
	s := Set{Name: "s", Threads: []Thread{
		{Files: []string{"a"}, Turns: []Turn{turn("say 1", "1"), turn("follow", "true"), turn("sure 1", "1"), turn("sure 1", "2"), turn("say 1", "2")}},
		{Files: []string{"b"}, Turns: []Turn{turn("refuse", "1"), turn("ask", "1"), turn("fail", "1"), refused, drawn, other, unwanted}},
		{Files: []string{"broken"}, Turns: []Turn{turn("say 1", "1")}},
	}}
	house := &parrot{}
	r, err := Run(context.Background(), house, s, Options{Jobs: 2})
	if err != nil {
		t.Fatal(err)
	}
	want := Counts{Asked: 13, Right: 6, RightHigh: 1, Wrong: 3, WrongHigh: 1, Clarified: 1, Refused: 1, Failed: 2, Charts: 2, ChartRight: 1}
	if diff := cmp.Diff(want, r.Counts); diff != "" {
		t.Errorf("counted otherwise:\n%s", diff)
	}
	if house.opened != 2 || house.closed != 2 {
		t.Errorf("opened %d rooms, closed %d", house.opened, house.closed)
	}
	if r.P50 != 1 || r.P95 != 1 {
		t.Errorf("the times are %v and %v ms", r.P50, r.P95)
	}
}

func TestRunStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r, err := Run(ctx, &parrot{}, Set{Threads: []Thread{{Files: []string{"a"}, Turns: []Turn{turn("say 1", "1")}}}}, Options{})
	if !errors.Is(err, context.Canceled) || r.Asked != 0 {
		t.Errorf("asked %d, error %v", r.Asked, err)
	}
}

// A sample is the same wherever the files are and in whatever order they come.
func TestSamplesAreTheSameEverywhere(t *testing.T) {
	threads := func(dir string, down bool) (list []Thread) {
		for i := range 60 {
			if down {
				i = 59 - i
			}
			list = append(list, Thread{Files: []string{filepath.Join(dir, "csv", fmt.Sprintf("t%d.csv", i))}, Turns: []Turn{turn(fmt.Sprint(i), "")}})
		}
		return list
	}
	chosen := func(list []Thread) (names []string) {
		for _, g := range (Options{Sample: 10, Limit: 5}).choose(list) {
			names = append(names, filepath.Base(g[0].Files[0]))
		}
		return names
	}
	a, b := chosen(threads("/here", false)), chosen(threads("/there/else", true))
	if diff := cmp.Diff(a, b); diff != "" || len(a) != 5 {
		t.Errorf("%v, then %v", a, b)
	}
	one := Thread{Files: []string{"one"}}
	if got := (Options{Sample: 3}).choose([]Thread{one, one, one, one}); len(got) != 1 || len(got[0]) != 2 {
		t.Errorf("of four questions over one file, each third are %v", got)
	}
}

func TestScore(t *testing.T) {
	results := []Result{
		{Name: "a", Counts: Counts{Asked: 10, Right: 6, RightHigh: 5, Wrong: 2, WrongHigh: 1, Clarified: 1, Refused: 1}},
		{Name: "b", Counts: Counts{Asked: 4, Right: 4, Charts: 4, ChartRight: 3}, P50: 2, Categories: []Category{{Name: "pie chart", Counts: Counts{Asked: 2, Right: 2}}, {Name: "x", Counts: Counts{Asked: 2, Right: 2}}}},
	}
	var b strings.Builder
	if err := WriteScore(&b, "all questions", results); err != nil {
		t.Fatal(err)
	}
	kept, err := ReadScore(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]Counts{"a": results[0].Counts, "b": results[1].Counts}, kept); diff != "" {
		t.Errorf("read otherwise than written:\n%s\n%s", b.String(), diff)
	}
	if w := Worse(kept, results); len(w) != 0 {
		t.Errorf("the same is worse: %v", w)
	}
	results[0].Right, results[1].Asked = 5, 3
	results = append(results, Result{Name: "c"})
	if w := Worse(kept, results); len(w) != 3 {
		t.Errorf("fewer right, others asked, and a new set: %q", w)
	}
	if _, err := ReadScore(strings.NewReader("a 1 2 x\n")); err == nil {
		t.Error("a line that is no score was read")
	}
}

// write makes files in a folder of the test.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestLoad(t *testing.T) {
	spider := `{"id":"q1","db_id":"shop","question":"How many?","sql":"SELECT count(*)","tables":["Orders"],"single_table":true,"ordered":false,"answer":[[3]]}
{"id":"q2","db_id":"shop","question":"Which?","sql":"SELECT name","tables":["orders","people"],"single_table":false,"ordered":true,"answer":[["a"],["b"]]}
`
	chart := `{"vis":7,"key":"k","chart":"Pie","db_id":"shop","main_table":"orders","vql":"Visualize PIE","nl_queries":["a pie","another"],"vega_lite":{"data":{"values":[{"x_data":"a","y_data":1},{"x_data":"b","y_data":0}]}}}
{"vis":8,"key":"k","chart":"Bar","db_id":"shop","main_table":"orders","vql":"SELECT x JOIN y","nl_queries":["joined"],"vega_lite":{"data":{"values":[]}}}
`
	tests := []struct {
		name  string
		files map[string]string
		want  []string // set: question, files, rows that are right
		right [][]any
	}{
		{"spider", map[string]string{"q.jsonl": spider, "csv/shop/orders.csv": "", "csv/shop/people.csv": ""},
			[]string{"spider1: How many? orders.csv", "spiderN: Which? orders.csv people.csv"}, [][]any{{3.0}}},
		{"geo", map[string]string{"q.jsonl": `{"id":"g","question":"Where?","sql":"S","answer":[["x"]]}`, "csv/a.csv": "", "csv/b.csv": ""},
			[]string{"geo: Where? a.csv b.csv"}, [][]any{{"x"}}},
		{"nvbench", map[string]string{"q.jsonl": chart, "main_tables/shop__orders.csv": ""},
			[]string{"nvbench: a pie shop__orders.csv", "nvbench-wordings: a pie shop__orders.csv", "nvbench-wordings: another shop__orders.csv"},
			[][]any{{"a", 1.0}, {"b", 0.0}}},
		{"wtq", map[string]string{"data/q.tsv": "id\tutterance\tcontext\ttargetValue\nn1\twho\\nelse?\tcsv/1.csv\ta|b\n", "csv/1.csv": ""},
			[]string{"wtq: who\nelse? 1.csv"}, [][]any{{"b"}, {"a"}}},
		{"sqa", map[string]string{"q.tsv": "id\tannotator\tposition\tquestion\ttable_file\tanswer_coordinates\tanswer_text\nn1\t0\t1\tand those?\tt/1.csv\t[]\t['b']\nn1\t0\t0\tall?\tt/1.csv\t[]\t['a', \"it's\"]\n"},
			[]string{"sqa: all? / and those? 1.csv"}, [][]any{{"a"}, {"it's"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sets, err := Load("", write(t, tt.files))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, s := range sets {
				for _, th := range s.Threads {
					var texts, names []string
					for _, q := range th.Turns {
						texts = append(texts, q.Text)
					}
					for _, f := range th.Files {
						names = append(names, filepath.Base(f))
					}
					got = append(got, s.Name+": "+strings.Join(texts, " / ")+" "+strings.Join(names, " "))
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("read otherwise:\n%s", diff)
			}
			if q := sets[0].Threads[0].Turns[0]; !q.Judge(tt.right) || q.Judge([][]any{{"something else"}}) {
				t.Errorf("%v is not what is right, or anything is", tt.right)
			}
		})
	}
}

func TestLoadGolden(t *testing.T) {
	golden := "# comment\nfiles a.csv\n\nask\nhow many\n----\nsays      3\nchart     bar\nplan      a | count()\nrows      n\n          3\n\nfollow\nand those\n----\nasks      Which?\n"
	dir := write(t, map[string]string{"x.txt": golden, "a.csv": "n\n1\n"})
	sets, err := Load("", filepath.Join(dir, "x.txt"))
	if err != nil {
		t.Fatal(err)
	}
	turns := sets[0].Threads[0].Turns
	if len(turns) != 2 || turns[0].Category != "x" || turns[0].Chart != "bar" || !turns[0].Judge([][]any{{3.0}}) || turns[0].Judge([][]any{{4.0}}) || turns[1].Expect != question.Clarify {
		t.Errorf("%+v", turns)
	}
}

func TestLoadSaysWhatIsWrong(t *testing.T) {
	for name, tt := range map[string]struct {
		files map[string]string
		path  string
		code  string
	}{
		"nothing there":     {nil, "none.txt", "file_not_found"},
		"no questions":      {map[string]string{"a.csv": "a,b\n1,2\n"}, "a.csv", "questions_unknown"},
		"a folder of none":  {map[string]string{"a.csv": "a,b\n1,2\n"}, ".", "questions_unknown"},
		"a file is missing": {map[string]string{"a.txt": "files b.csv\n\nask\nhow many\n----\n"}, "a.txt", "file_not_found"},
		"a broken row":      {map[string]string{"a.csv": "", "a.txt": "files a.csv\n\nask\nhow many\n----\nrows      a | b\n          1\n"}, "a.txt", "questions_invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := write(t, tt.files)
			_, err := Load("", filepath.Join(dir, tt.path))
			if f := fault.Of(err); err == nil || f.Code != tt.code {
				t.Errorf("the error is %v, want %s", err, tt.code)
			}
		})
	}
}
