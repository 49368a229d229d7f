package eval

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// valuesTurn is a question whose answer is a set of values.
func valuesTurn(id, text string, want []string) Turn {
	return Turn{ID: id, Text: text, Want: want, Judge: func(rows [][]any) bool { return ValuesMatch(rows, want) }}
}

// wikiTables reads WikiTableQuestions; its tables are named from the folder of
// the set, which is that of the file or the one above.
func (l *loader) wikiTables(path string) ([]Set, error) {
	raw, err := os.ReadFile(path)
	s := Set{Name: "wtq"}
	for i, line := range strings.Split(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\n") {
		c := strings.Split(line, "\t")
		if i == 0 || len(c) < 4 {
			continue
		}
		var want []string
		for _, w := range strings.Split(c[3], "|") {
			want = append(want, unescape(w))
		}
		s.Threads = append(s.Threads, Thread{Files: []string{near(path, c[2])}, Turns: []Turn{valuesTurn(c[0], unescape(c[1]), want)}})
	}
	return []Set{s}, err
}

// near finds a name in the folder of a file, or in the one above it.
func near(path, name string) string {
	dir := filepath.Dir(path)
	if above := filepath.Join(dir, "..", name); !isFile(filepath.Join(dir, name)) && isFile(above) {
		return above
	}
	return filepath.Join(dir, name)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// unescape undoes the escapes of the set, in the order in which its own
// reader does.
func unescape(s string) string {
	s = strings.ReplaceAll(s, `\n`, "\n")
	s = strings.ReplaceAll(s, `\p`, "|")
	return strings.ReplaceAll(s, `\\`, `\`)
}

// sequences reads SQA: each sequence of an annotator is a conversation.
func (l *loader) sequences(path string) ([]Set, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	sort.SliceStable(rows, func(i, j int) bool { return position(rows[i]) < position(rows[j]) })
	s, at := Set{Name: "sqa"}, map[string]int{}
	for _, c := range rows {
		if position(c) < 0 {
			continue
		}
		key := c[0] + "\t" + c[1] + "\t" + c[4]
		i, ok := at[key]
		if !ok {
			i = len(s.Threads)
			at[key] = i
			s.Threads = append(s.Threads, Thread{Files: []string{filepath.Join(filepath.Dir(path), c[4])}})
		}
		t := valuesTurn(c[0]+"-"+c[1]+"-"+c[2], c[3], quoted(c[6]))
		t.Category = "position " + itoa(min(position(c), 3)+1)
		s.Threads[i].Turns = append(s.Threads[i].Turns, t)
	}
	return []Set{s}, nil
}

// position is the place of a question in its sequence; -1 for other lines.
func position(c []string) int {
	if len(c) != 7 {
		return -1
	}
	n, err := strconv.Atoi(c[2])
	if err != nil {
		return -1
	}
	return n
}

var quotedItem = regexp.MustCompile(`'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"`)

// quoted reads a list of texts in single or double quotes.
func quoted(list string) (out []string) {
	for _, m := range quotedItem.FindAllStringSubmatch(list, -1) {
		out = append(out, strings.ReplaceAll(m[1]+m[2], `\'`, "'"))
	}
	return out
}
