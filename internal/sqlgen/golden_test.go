package sqlgen

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tabletalk/internal/golden"
	"tabletalk/internal/plan"
)

// TestGolden reads testdata/*.txt: blocks of a plan's text (with comments
// before it), a line of dashes, and what it compiles to and gives.
func TestGolden(t *testing.T) {
	f := openFixture(t)
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { goldenFile(t, f, file) })
	}
}

func goldenFile(t *testing.T, f *fixture, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, block := range strings.Split(strings.TrimSpace(string(data)), "\n\n\n") {
		head, want, _ := strings.Cut(block+"\n", "\n----\n")
		got := answer(t, f, head)
		if got != strings.TrimRight(want, "\n") && !golden.Updating() {
			t.Errorf("%s\ngot:\n%s\nwant:\n%s", head, got, want)
		}
		head = strings.TrimSpace(head)
		out = append(out, head+"\n----\n"+got)
	}
	if golden.Updating() {
		if err := os.WriteFile(file, []byte(strings.Join(out, "\n\n\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func answer(t *testing.T, f *fixture, head string) string {
	var text []string
	for _, line := range strings.Split(head, "\n") {
		if !strings.HasPrefix(line, "#") {
			text = append(text, strings.TrimSpace(line))
		}
	}
	p, err := plan.Parse(strings.Join(text, " "))
	if err != nil {
		return "error " + err.Error()
	}
	s, err := Compile(p, f.cat, DuckDB, Options{Now: clock})
	if err != nil {
		return "error " + err.Error()
	}
	var b strings.Builder
	b.WriteString(s.SQL)
	for i, a := range s.Args {
		b.WriteString(map[bool]string{true: "\nargs ", false: ", "}[i == 0])
		fmt.Fprintf(&b, "%v", a)
	}
	rows, err := f.tryQuery(s.SQL, s.Args...)
	if err != nil {
		return b.String() + "\nerror " + err.Error()
	}
	for _, r := range rows {
		b.WriteString("\n= " + strings.Join(r, " | "))
	}
	checkAllowed(t, f, s)
	shown := f.query(t, s.Display)
	if fmt.Sprint(rows) != fmt.Sprint(shown) {
		t.Errorf("%s\nthe shown SQL gives other rows:\n%s\n%v", head, s.Display, shown)
	}
	return b.String()
}
