package evalset

import (
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tabletalk/internal/eval"
	"tabletalk/internal/plan"
	"tabletalk/internal/question"
)

var rewritten = flag.String("rewritten", "", "compare follow-ups with their questions in full: count, differ, all")

// TestRewritten compares what a follow-up is understood as with what the same
// question in full is, written by people: both must lead to one plan.
func TestRewritten(t *testing.T) {
	if *rewritten == "" {
		return // a tool: TestScore says what must hold
	}
	dir := filepath.Join(root(t), "FollowUp", "data")
	tables := followUpTables(t, filepath.Join(dir, "tables.jsonl"))
	raw, err := os.ReadFile(filepath.Join(dir, "train.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	asked, equal, both := 0, 0, 0
	for _, l := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		c := strings.Split(l, "\t")
		if len(c) != 4 {
			continue
		}
		n, err := strconv.Atoi(strings.TrimSpace(c[3]))
		if err != nil || n < 1 || n > len(tables) {
			t.Fatalf("%q names no table", l)
		}
		asked++
		is, want := goneOn(t, tables[n-1], c[0], c[1]), goneOn(t, tables[n-1], c[2])
		ended := "differ"
		switch {
		case is == "" || want == "":
			ended = "not answered"
		case is == want:
			ended = "equal"
			equal++
		}
		if is != "" && want != "" {
			both++
		}
		if *rewritten == "all" || *rewritten == ended {
			fmt.Printf("%s: %s\n   >> %s\n      %s\n   =  %s\n      %s\n", ended, c[0], c[1], is, c[2], want)
		}
	}
	fmt.Printf("%d asked, %d answered both ways, %d equal: %.1f%% of all, %.1f%% of those answered\n", asked, both, equal, share(equal, asked), share(equal, both))
}

func share(n, of int) float64 { return 100 * float64(n) / float64(max(of, 1)) }

// goneOn asks questions one after the other and gives the plan of the last; ""
// where it was not answered.
func goneOn(t *testing.T, file string, questions ...string) string {
	t.Helper()
	w, err := open([]string{file})
	if err != nil {
		return ""
	}
	defer w.db.Close()
	r, last := &room{world: w}, ""
	for _, q := range questions {
		before := len(r.history)
		if _, err := r.Ask(t.Context(), q, eval.Now(), true); err != nil || len(r.history) == before {
			last = ""
			continue
		}
		last = meaning(r.history[before])
	}
	return last
}

// meaning is a plan without what is only shown differently.
func meaning(turn question.Turn) string {
	p := *turn.Plan
	p.Chart = ""
	return plan.Canonical(&p).String()
}

// followUpTables writes the tables of the set as files, once, and names them.
func followUpTables(t *testing.T, path string) []string {
	t.Helper()
	type sheet struct {
		Header []string `json:"header"`
		Rows   [][]any  `json:"rows"`
	}
	sheets, err := eval.JSONLines[sheet](path)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(cacheDir(), "followup")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	var out []string
	for i, s := range sheets {
		name := filepath.Join(dir, fmt.Sprintf("table%d.csv", i+1))
		writeTable(t, name, s.Header, s.Rows)
		out = append(out, name)
	}
	return out
}

func writeTable(t *testing.T, name string, header []string, rows [][]any) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := [][]string{header}
	for _, r := range rows {
		cells := make([]string, len(r))
		for i, v := range r {
			if n, ok := v.(float64); ok {
				cells[i] = strconv.FormatFloat(n, 'f', -1, 64)
			} else {
				cells[i] = fmt.Sprint(v)
			}
		}
		lines = append(lines, cells)
	}
	if err := csv.NewWriter(f).WriteAll(lines); err != nil {
		t.Fatal(err)
	}
}
