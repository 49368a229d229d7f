package worker

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tabletalk/internal/engine"
	"tabletalk/internal/fault"
)

// corpus is a file of statements under headings, with places to fill in.
type statement struct{ heading, sql string }

func corpus(t *testing.T, file string, fill *strings.Replacer) []statement {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	var list []statement
	heading := ""
	for _, line := range lines(string(data)) {
		switch {
		case strings.HasPrefix(line, "== "):
			heading = line[3:]
		case line != "" && !strings.HasPrefix(line, "# "):
			list = append(list, statement{heading, fill.Replace(line)})
		}
	}
	return list
}

// bait is what no statement may reach.
type bait struct {
	dir, file, secret string
	table             engine.Table
	before            []byte
}

func newBait(t *testing.T, p *Pool) *bait {
	t.Helper()
	b := &bait{dir: t.TempDir(), secret: "canary-7d1f"}
	b.file = filepath.Join(b.dir, "canary.csv")
	if err := os.WriteFile(b.file, []byte("a,b\n"+b.secret+",2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.table = parquet(t, p, "orders", `SELECT * FROM (VALUES
		(DATE '2024-01-05', 'North', 1.5), (DATE '2024-02-05', 'South', 2.5), (DATE '2024-03-05', 'South', 3.5)) v(day, region, amount)`)
	var err error
	if b.before, err = os.ReadFile(b.table.Path); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bait) replacer() *strings.Replacer {
	repeat := strings.Repeat
	return strings.NewReplacer(
		"{canary}", b.file, "{dir}", b.dir, "{tmp}", "tmp", "{table}", b.table.Path,
		"{deep}", repeat("(", 300), "{peed}", repeat(")", 300),
		"{joins}", "* FROM orders o0"+repeat(" JOIN orders USING (day)", 40),
		"{unions}", "1"+repeat(" UNION ALL SELECT 1", 150),
		"{ctes}", "* FROM (WITH a0 AS (SELECT 1)"+series40()+" SELECT 1)",
		"{list}", "1"+repeat(",1", 12000),
		"{sum}", "1"+repeat("+1", 400),
		"{dots}", repeat(".b", 20),
		"{long}", "SELECT '"+repeat("x", 70000)+"'",
		"{zero}", "SELECT 1 \x00 FROM payroll",
		"{latin}", "SELECT '\xe4'",
	)
}

func series40() string {
	var s strings.Builder
	for i := range 40 {
		fmt.Fprintf(&s, ", b%d AS (SELECT 1)", i)
	}
	return s.String()
}

// untouched checks what the bait looks like after the statements.
func (b *bait) untouched(t *testing.T) {
	t.Helper()
	after, err := os.ReadFile(b.table.Path)
	if err != nil || string(after) != string(b.before) {
		t.Errorf("the table's file has changed: %v", err)
	}
	left, err := os.ReadDir(b.dir)
	if err != nil || len(left) != 1 {
		t.Errorf("files beside the canary: %v, %v", left, err)
	}
}

func TestGuardRefusesEscapes(t *testing.T) {
	p := newPool(t, nil)
	b := newBait(t, p)
	list := corpus(t, "escapes.txt", b.replacer())
	if len(list) < 200 {
		t.Errorf("only %d escapes", len(list))
	}
	for _, s := range list {
		_, err := p.Query(t.Context(), []engine.Table{b.table}, engine.Query{SQL: s.sql})
		if got := fault.Of(err); err == nil || got.Code != s.heading {
			t.Errorf("%.100s: %v, want %s", s.sql, got, s.heading)
		}
	}
	b.untouched(t)
}

func TestGuardAllows(t *testing.T) {
	p := newPool(t, nil)
	b := newBait(t, p)
	for _, s := range corpus(t, "allowed.txt", b.replacer()) {
		if _, err := p.Query(t.Context(), []engine.Table{b.table}, engine.Query{SQL: s.sql}); err != nil {
			t.Errorf("%s: %v", s.sql, err)
		}
	}
}

// TestWallsHoldEscapes runs the same statements with the guard switched off:
// some run, some end their worker, none reaches the bait or the pool.
func TestWallsHoldEscapes(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	p := newPool(t, func(c *Config) {
		c.unjudged, c.Timeout, c.Grace, c.LoadBytes = true, 300*time.Millisecond, 100*time.Millisecond, -1
	})
	b := newBait(t, p)
	for _, s := range corpus(t, "escapes.txt", b.replacer()) {
		rows, err := p.Query(t.Context(), []engine.Table{b.table}, engine.Query{SQL: s.sql})
		if err != nil {
			if f := fault.Of(err); strings.Contains(f.Message+f.Hint, b.dir) {
				t.Errorf("%.100s: the fault names a path: %v", s.sql, f)
			}
			continue
		}
		if text := fmt.Sprint(rows.Values); strings.Contains(text, b.secret) || strings.Contains(text, b.dir) || strings.Contains(text, "root:") {
			t.Errorf("%.100s: reached %.200s", s.sql, text)
		}
	}
	b.untouched(t)
	rows, err := p.Query(t.Context(), []engine.Table{b.table}, engine.Query{SQL: "SELECT sum(amount) FROM orders"})
	if err != nil || fmt.Sprint(rows.Values) != "[[7.5]]" {
		t.Errorf("afterwards: %v, %v", rows, err)
	}
}
