//go:build cgo && linux

package attack

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
)

// statement is a line of a corpus with the code of the heading above it.
type statement struct{ code, sql string }

// corpus reads statements under headings and fills in what would make a line
// unreadable.
func corpus(t *testing.T, h *house, file string) []statement {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	repeat := strings.Repeat
	fill := strings.NewReplacer(
		"{canary}", h.canary(), "{data}", h.dir+"/data", "{neighbour}", h.neighbour,
		"{open}", repeat("(", 150), "{close}", repeat(")", 150),
		"{ors}", "1 = 1"+repeat(" OR 1 = 1", 20_000),
		"{ands}", "1 = 1"+repeat(" AND 1 = 1", 150),
		"{x64k}", repeat("x", 64<<10), "{x1k}", repeat("x", 1<<10), "{x200}", repeat("x", 200),
		"{crosses}", "orders a0"+repeat(", orders", 25), "{threes}", threes(25), "{joins}", threes(60),
		"{concat}", "'a'"+repeat(" || 'a'", 2000), "{not}", repeat("NOT ", 1000), "{minus}", repeat("- ", 1000),
		"{brackets}", repeat("[", 300), "{endbrackets}", repeat("]", 300),
		"{subqueries}", repeat("SELECT * FROM (", 100)+"SELECT 1"+repeat(")", 100),
		"{cases}", repeat("CASE WHEN amount > 1 THEN ", 120)+"1"+repeat(" END", 120),
		"{columns}", "1"+repeat(", 1", 5000),
		"{nul}", "\x00", "{nbsp}", "\u00a0", "{zwsp}", "\u200b", "{rlo}", "\u202e", "{bom}", "\ufeff", "{fullwidth}", "\uff1b", "{tab}", "\t", "{newline}", "\n", "{cr}", "\r",
	)
	var list []statement
	code := ""
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "== "):
			code = line[3:]
		case line != "" && !strings.HasPrefix(line, "# "):
			list = append(list, statement{code, fill.Replace(line)})
		}
	}
	return list
}

// threes is a cross join of so many tables with three rows.
func threes(n int) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf("orders a%d", i))
	}
	return strings.Join(list, ", ")
}

// TestSQL sends every statement the way that people send theirs.
func TestSQL(t *testing.T) {
	h := open(t, asWorker)
	list := corpus(t, h, "testdata/sql.txt")
	if len(list) < 120 {
		t.Errorf("only %d statements", len(list))
	}
	for _, s := range list {
		a := h.sql(t, h.attacker, s.sql)
		if got := a.String(); got != s.code {
			t.Errorf("%.200q: %s, want %s\n%.300s", s.sql, got, s.code, a.body)
		}
		h.healthy(t, s.sql, a)
	}
	h.rested(t)
}

// TestSQLWithoutGate sends them to workers that judge nothing: they may run,
// fail, or end their worker, and nothing else. Each fails alone, and in words
// of ours.
func TestSQLWithoutGate(t *testing.T) {
	h := open(t, asUngated)
	for _, s := range corpus(t, h, "testdata/sql.txt") {
		a := h.sql(t, h.attacker, s.sql)
		if a.status == http.StatusInternalServerError && a.code != "engine_failed" { // a statement may end the transaction that it runs in
			t.Errorf("%.200q: %s %.300s", s.sql, a, a.body)
		}
		h.healthy(t, s.sql, a)
	}
	h.rested(t)
}

// TestCrashIsQuarantined: what ends a worker twice is not run a third time.
func TestCrashIsQuarantined(t *testing.T) {
	h := open(t, asUngated)
	const crash = "SELECT length(json_structure(repeat('[',100000)||repeat(']',100000))::VARCHAR)"
	for i, want := range []string{"422 engine_crashed", "422 engine_crashed", "422 query_quarantined", "422 query_quarantined"} {
		a := h.sql(t, h.attacker, crash)
		if a.String() != want {
			t.Errorf("time %d: %s, want %s: %.300s", i+1, a, want, a.body)
		}
		h.healthy(t, crash, a)
	}
	if a := h.sql(t, h.neighbour, crash); a.String() != "422 engine_crashed" {
		t.Errorf("over other tables it is another input: %s", a)
	}
}
