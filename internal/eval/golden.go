package eval

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"tabletalk/internal/definition"
	"tabletalk/internal/fault"
	"tabletalk/internal/question"
	"tabletalk/internal/samples"
)

const goldenSet = "golden"

// recogniseGolden knows a golden file by its first line that is no comment.
func recogniseGolden(line string, rest *bufio.Reader) reader {
	for line == "" || strings.HasPrefix(line, "#") {
		next, err := rest.ReadString('\n')
		if err != nil {
			return nil
		}
		line = strings.TrimSpace(next)
	}
	if strings.HasPrefix(line, "files ") || strings.HasPrefix(line, "now ") {
		return (*loader).golden
	}
	return nil
}

// golden reads a golden file: settings, then questions, each with its answer
// between ---- and the next blank line.
func (l *loader) golden(path string) ([]Set, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	g := goldenReader{loader: l, path: path, now: Now()}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		if err := g.line(lines.Text(), lines); err != nil {
			return nil, err
		}
	}
	return []Set{{Name: goldenSet, Threads: g.threads}}, lines.Err()
}

type goldenReader struct {
	*loader
	path    string
	files   []string
	taught  []definition.Meaning
	now     time.Time
	threads []Thread
}

func (g *goldenReader) line(text string, lines *bufio.Scanner) (err error) {
	word, rest, _ := strings.Cut(text, " ")
	switch word {
	case "files":
		g.files, g.taught = nil, nil
		names, err := splitNames(rest)
		if err != nil {
			return err
		}
		for _, name := range names {
			file, err := g.find(name)
			if err != nil {
				return err
			}
			g.files = append(g.files, file)
		}
	case "now":
		g.now, err = time.Parse(time.DateOnly, strings.TrimSpace(rest))
	case "teach":
		var m definition.Meaning
		if err = json.Unmarshal([]byte(rest), &m); err == nil {
			g.taught = append(g.taught, m)
		}
	case "ask", "follow":
		t, err := g.turn(lines)
		if err != nil {
			return err
		}
		if word == "ask" || len(g.threads) == 0 {
			g.threads = append(g.threads, Thread{Files: g.files, Taught: g.taught, Now: g.now})
		}
		last := &g.threads[len(g.threads)-1]
		t.ID = fmt.Sprintf("%s-%d.%d", stem(g.path), len(g.threads), len(last.Turns)+1)
		last.Turns = append(last.Turns, t)
	}
	return err
}

// find looks for a file below the root, beside the golden file, and among the
// shipped samples.
func (g *goldenReader) find(name string) (string, error) {
	for _, dir := range []string{g.root, filepath.Dir(g.path)} {
		if path := filepath.Join(dir, name); isFile(path) {
			return path, nil
		}
	}
	for _, s := range samples.Files() {
		if name == samplesFolder+s.Name {
			return name, nil
		}
	}
	return "", fault.New(fault.NotFound, "file_not_found", "There is no file %s, which %s asks.", name, g.path).
		WithHint("Say with --root which folder the files are named from.").At("eval.Load")
}

const samplesFolder = "samples/"

// turn reads a question and what its answer says.
func (g *goldenReader) turn(lines *bufio.Scanner) (Turn, error) {
	if !lines.Scan() {
		return Turn{}, fmt.Errorf("it ends before a question")
	}
	t := Turn{Text: lines.Text(), Category: stem(g.path), Expect: question.Answered}
	var name string
	var rows []string
	for lines.Scan() && lines.Text() != "" {
		text := lines.Text()
		key, rest := text[:min(len(text), goldenIndent)], ""
		if len(text) > goldenIndent {
			rest = text[goldenIndent:]
		}
		if key = strings.TrimSpace(key); key != "" {
			name = key
		}
		switch name {
		case "asks":
			t.Expect = question.Clarify
		case "refused":
			t.Expect = question.Refused
		case "chart":
			t.Chart = rest
		case "plan":
			t.Gold = rest
		case "rows":
			rows = append(rows, rest)
		}
	}
	return t.wantGolden(rows)
}

// goldenIndent is where what is said of an answer begins.
const goldenIndent = 10

// wantGolden takes the rows as they are written: names, values, and how many
// there are where not all are shown.
func (t Turn) wantGolden(lines []string) (Turn, error) {
	if len(lines) == 0 {
		t.Judge = func(rows [][]any) bool { return len(rows) == 0 }
		return t, nil
	}
	width, total := len(cellsOf(lines[0])), -1
	var want [][]any
	for _, line := range lines[1:] {
		if n, ok := strings.CutPrefix(line, "… "); ok {
			var err error
			if total, err = strconv.Atoi(strings.TrimSuffix(n, " in all")); err != nil {
				return t, fmt.Errorf("%q says no number of rows", line)
			}
			break
		}
		row := cellsOf(line)
		if len(row) != width {
			return t, fmt.Errorf("the row %q has not the columns %q", line, lines[0])
		}
		want = append(want, row)
	}
	t.Want = want
	t.Judge = func(rows [][]any) bool {
		if total >= 0 && len(rows) != total || total < 0 && len(rows) != len(want) {
			return false
		}
		return Matches(rows[:min(len(rows), len(want))], want, true)
	}
	return t, nil
}

func cellsOf(line string) (out []any) {
	for _, c := range strings.Split(line, " | ") {
		var v any = c
		if text := ""; c == "null" {
			v = nil
		} else if json.Unmarshal([]byte(`"`+c+`"`), &text) == nil {
			v = text // written as JSON, without its quotes
		}
		out = append(out, v)
	}
	return out
}
