package eval

import (
	"path/filepath"
	"sort"
	"strings"
)

// rowsQuestion is a question whose answer is rows.
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

func (q rowsQuestion) thread(files []string) Thread {
	judge := func(rows [][]any) bool { return Matches(rows, q.Answer, q.Ordered) }
	return Thread{Files: files, Turns: []Turn{{ID: q.ID, Text: q.Text, Gold: q.SQL, Want: q.Answer, Judge: judge}}}
}

// databases reads Spider: questions over one table and over several are sets
// of their own.
func (l *loader) databases(path string) ([]Set, error) {
	list, err := JSONLines[rowsQuestion](path)
	one, more := Set{Name: "spider1"}, Set{Name: "spiderN"}
	for _, q := range list {
		files := csvFiles(filepath.Join(filepath.Dir(path), "csv", q.DB))
		if !q.Single {
			more.Threads = append(more.Threads, q.thread(files))
			continue
		}
		one.Threads = append(one.Threads, q.thread(only(files, q.Tables)))
	}
	return []Set{one, more}, err
}

// only gives the file of the first table, or all where there is none.
func only(files, tables []string) []string {
	for _, f := range files {
		if len(tables) > 0 && strings.EqualFold(stem(f), tables[0]) {
			return []string{f}
		}
	}
	return files
}

// geography reads GeoQuery: its questions are over all its tables.
func (l *loader) geography(path string) ([]Set, error) {
	list, err := JSONLines[rowsQuestion](path)
	files := csvFiles(filepath.Join(filepath.Dir(path), "csv"))
	s := Set{Name: "geo"}
	for _, q := range list {
		q.Ordered = false
		s.Threads = append(s.Threads, q.thread(files))
	}
	return []Set{s}, err
}

func csvFiles(dir string) []string {
	files, _ := filepath.Glob(filepath.Join(quoteMeta(dir), "*.csv"))
	sort.Strings(files)
	return files
}

// quoteMeta keeps a folder's name from being a pattern.
func quoteMeta(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// chartQuestion is a chart with its wordings.
type chartQuestion struct {
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

// charts reads nvBench, the charts over one table: asked in the first wording
// of each, and, as a set of its own, in all of them.
func (l *loader) charts(path string) ([]Set, error) {
	list, err := JSONLines[chartQuestion](path)
	files := map[string]string{}
	for _, f := range csvFiles(filepath.Join(filepath.Dir(path), "main_tables")) {
		files[strings.ToLower(stem(f))] = f
	}
	first, all := Set{Name: "nvbench"}, Set{Name: "nvbench-wordings"}
	for _, c := range list {
		file := files[strings.ToLower(c.DB+"__"+c.Main)]
		if file == "" || len(c.Texts) == 0 || strings.Contains(c.VQL, "JOIN") {
			continue
		}
		first.Threads = append(first.Threads, Thread{Files: []string{file}, Turns: []Turn{c.turn(0)}})
		for i := range c.Texts {
			all.Threads = append(all.Threads, Thread{Files: []string{file}, Turns: []Turn{c.turn(i)}})
		}
	}
	return []Set{first, all}, err
}

// turn asks for the chart in its i-th wording.
func (c chartQuestion) turn(i int) Turn {
	want := c.want()
	id := "nv-" + itoa(c.Vis) + "-" + c.Key
	if i > 0 {
		id += "-" + itoa(i)
	}
	return Turn{
		ID: id, Text: c.Texts[i], Category: strings.ToLower(c.Chart), Gold: c.VQL, Chart: markOf(c.Chart), Want: want,
		Judge: func(rows [][]any) bool { return Matches(rows, want, false) || Matches(withoutZeros(rows), want, false) },
	}
}

// want are the points of the chart; bins filled with zero are presentation.
func (c chartQuestion) want() (want [][]any) {
	for _, v := range c.Spec.Data.Values {
		var row []any
		for _, k := range []string{"x_data", "y_data", "classify", "color_data"} {
			if x, ok := v[k]; ok {
				row = append(row, x)
			}
		}
		if len(row) > 1 && zero(row[1]) {
			continue
		}
		want = append(want, row)
	}
	return want
}

func withoutZeros(rows [][]any) (out [][]any) {
next:
	for _, r := range rows {
		for _, v := range r {
			if zero(v) {
				continue next
			}
		}
		out = append(out, r)
	}
	return out
}

func zero(v any) bool {
	switch x := v.(type) {
	case nil:
		return true
	case string:
		return false
	case bool:
		return !x
	}
	n, ok := asNumber(v)
	return ok && n == 0
}

// markOf gives the mark for a kind of chart as people name it.
func markOf(kind string) string {
	kind = strings.ToLower(kind)
	switch {
	case strings.Contains(kind, "pie"):
		return "arc"
	case strings.Contains(kind, "scatter"):
		return "point"
	case strings.Contains(kind, "line"):
		return "line"
	}
	return "bar"
}

// sameMark reports whether a mark is one that was wanted.
func sameMark(got, want string) bool {
	switch want {
	case "point":
		return got == "point" || got == "circle" || got == "square"
	case "line":
		return got == "line" || got == "area"
	}
	return got == want
}
