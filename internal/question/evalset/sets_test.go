package evalset

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"
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

func jsonLines[T any](t testing.TB, path string) []T {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Skip("the public sets are not here: ", err)
	}
	defer f.Close()
	var out []T
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<24)
	for sc.Scan() {
		var v T
		if err := json.Unmarshal(sc.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

// load reads a set.
func load(t testing.TB, name, root string) []item {
	t.Helper()
	switch name {
	case "spider1", "spiderN":
		return spider(t, root, name == "spider1")
	case "geo":
		return geo(t, root)
	case "nvbench":
		return nvbench(t, root)
	case "wtq":
		return wtq(t, root)
	case "sqa":
		return sqa(t, root)
	}
	t.Fatalf("no set is called %q", name)
	return nil
}

type rowsQuestion struct {
	ID      string   `json:"id"`
	DB      string   `json:"db_id"`
	Text    string   `json:"question"`
	SQL     string   `json:"sql"`
	Tables  []string `json:"tables"`
	Single  bool     `json:"single_table"`
	Ordered bool     `json:"ordered"`
	Answer  [][]any  `json:"answer"`
}

func (q rowsQuestion) turn() turn {
	return turn{id: q.ID, text: q.Text, gold: q.SQL, want: q.Answer, judge: func(rows [][]any) bool { return Matches(rows, q.Answer, q.Ordered) }}
}

func spider(t testing.TB, root string, single bool) []item {
	var out []item
	for _, q := range jsonLines[rowsQuestion](t, root+"/Spider/train_with_answers.jsonl") {
		if q.Single != single {
			continue
		}
		files, _ := filepath.Glob(root + "/Spider/csv/" + q.DB + "/*.csv")
		sort.Strings(files)
		if single {
			for _, f := range files {
				if strings.EqualFold(strings.TrimSuffix(filepath.Base(f), ".csv"), q.Tables[0]) {
					files = []string{f}
					break
				}
			}
		}
		out = append(out, item{files, []turn{q.turn()}})
	}
	return out
}

func geo(t testing.TB, root string) []item {
	files, _ := filepath.Glob(root + "/GeoQuery/csv/*.csv")
	sort.Strings(files)
	var out []item
	for _, q := range jsonLines[rowsQuestion](t, root+"/GeoQuery/questions.jsonl") {
		q.Ordered = false
		out = append(out, item{files, []turn{q.turn()}})
	}
	return out
}

func nvbench(t testing.TB, root string) []item {
	type chart struct {
		Vis   int      `json:"vis"`
		Key   string   `json:"key"`
		Chart string   `json:"chart"`
		DB    string   `json:"db_id"`
		Main  string   `json:"main_table"`
		VQL   string   `json:"vql"`
		Texts []string `json:"nl_queries"`
		Spec  struct {
			Data struct {
				Values []map[string]any `json:"values"`
			} `json:"data"`
		} `json:"vega_lite"`
	}
	all, _ := filepath.Glob(root + "/nvBench/main_tables/*.csv")
	lower := map[string]string{}
	for _, f := range all {
		lower[strings.ToLower(filepath.Base(f))] = f
	}
	var out []item
	for _, c := range jsonLines[chart](t, root+"/nvBench/charts.jsonl") {
		f := lower[strings.ToLower(c.DB+"__"+c.Main+".csv")]
		if strings.Contains(c.VQL, "JOIN") || f == "" {
			continue
		}
		var want [][]any
		for _, v := range c.Spec.Data.Values {
			var row []any
			for _, k := range []string{"x_data", "y_data", "classify", "color_data"} {
				if x, ok := v[k]; ok {
					row = append(row, x)
				}
			}
			if len(row) > 1 && (row[1] == nil || row[1] == 0.0) {
				continue
			}
			want = append(want, row)
		}
		judge := func(rows [][]any) bool {
			if Matches(rows, want, false) {
				return true
			}
			var full [][]any
			for _, r := range rows {
				if !slices.ContainsFunc(r, func(v any) bool {
					n, ok := v.(float64)
					i, isInt := v.(int64)
					return v == nil || ok && n == 0 || isInt && i == 0
				}) {
					full = append(full, r)
				}
			}
			return Matches(full, want, false)
		}
		out = append(out, item{[]string{f}, []turn{{id: c.Key, text: c.Texts[0], gold: c.VQL, want: want, judge: judge}}})
	}
	return out
}

func unescape(s string) string {
	return strings.NewReplacer(`\n`, "\n", `\p`, "|", `\\`, `\`).Replace(s)
}

func wtq(t testing.TB, root string) []item {
	base := root + "/WikiTableQuestions"
	b, err := os.ReadFile(base + "/data/random-split-1-dev.tsv")
	if err != nil {
		t.Skip("the public sets are not here: ", err)
	}
	var out []item
	for _, l := range strings.Split(string(b), "\n")[1:] {
		c := strings.Split(l, "\t")
		if len(c) < 4 {
			continue
		}
		var want []string
		for _, w := range strings.Split(c[3], "|") {
			want = append(want, unescape(w))
		}
		judge := func(rows [][]any) bool { return ValuesMatch(rows, want) }
		out = append(out, item{[]string{base + "/" + c[2]}, []turn{{id: c[0], text: unescape(c[1]), want: want, judge: judge}}})
	}
	return out
}

var quotedItem = regexp.MustCompile(`'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"`)

func sqa(t testing.TB, root string) []item {
	f, err := os.Open(root + "/SQA/train.tsv")
	if err != nil {
		t.Skip("the public sets are not here: ", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []item
	at := map[string]int{}
	for _, c := range rows[1:] {
		if len(c) != 7 {
			continue
		}
		key := c[0] + "|" + c[1] + "|" + c[4]
		if _, ok := at[key]; !ok {
			at[key] = len(out)
			out = append(out, item{files: []string{root + "/SQA/" + c[4]}})
		}
		var want []string
		for _, m := range quotedItem.FindAllStringSubmatch(c[6], -1) {
			w := m[1]
			if w == "" {
				w = m[2]
			}
			want = append(want, strings.ReplaceAll(w, `\'`, "'"))
		}
		it := &out[at[key]]
		it.turns = append(it.turns, turn{id: c[0] + "-" + c[2], text: c[3], want: want, judge: func(rows [][]any) bool { return ValuesMatch(rows, want) }})
	}
	return out
}
