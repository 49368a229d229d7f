package show

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"tabletalk/internal/catalog"
	"tabletalk/internal/conversation"
	"tabletalk/internal/dataset"
	"tabletalk/internal/golden"
	"tabletalk/internal/ingest"
	"tabletalk/internal/plan"
	"tabletalk/internal/question"
	"tabletalk/internal/table"
)

// byRegion is the answer to a question by one key.
func byRegion() *conversation.Answer {
	return &conversation.Answer{
		Status: question.Answered, Explanation: "Sum of revenue by region, highest first.", Confidence: "medium",
		Reasons: []string{"“good” was not used"}, Ignored: []string{"good"}, SQL: "SELECT \"region\",\n\tsum(\"revenue\")",
		Assumptions: []conversation.Assumption{{Code: "default_measure", Text: "I took “sales” as revenue.",
			Alternatives: []conversation.Alternative{{Label: "cost", ValueHint: "1.2 M"}}}},
		Notes: []string{"2 rows have no region."},
		Plan: &plan.Plan{Kind: plan.Table, Group: []plan.Named{{As: "region", Expr: &plan.Expr{Op: plan.OpCol}}},
			Measures: []plan.Named{{As: "revenue"}}},
		Result: &conversation.Result{RowCount: 4,
			Columns: []conversation.ResultColumn{{Name: "region", Type: table.String}, {Name: "revenue", Type: table.Decimal}},
			Rows: [][]table.Value{{"West", table.Exact("1234567.80")}, {"Süd 東", table.Exact("617283.90")},
				{nil, table.Exact("-100000.00")}, {"", nil}}},
	}
}

func series(n int) *conversation.Answer {
	a := &conversation.Answer{Status: question.Answered, Explanation: "Revenue by month.", Confidence: "high",
		Plan: &plan.Plan{Kind: plan.Series, Measures: []plan.Named{{As: "revenue"}},
			Group: []plan.Named{{As: "month", Expr: &plan.Expr{Op: plan.OpTrunc, Unit: "month"}}}},
		Result: &conversation.Result{RowCount: int64(n), Columns: []conversation.ResultColumn{{Name: "month", Type: table.Date}, {Name: "revenue", Type: table.Float}}}}
	for i := range n {
		a.Result.Rows = append(a.Result.Rows, []table.Value{fmt.Sprintf("%d-%02d-01", 2020+i/12, i%12+1), 100 + 50*math.Sin(float64(i)/3)})
	}
	return a
}

func weekdays() *conversation.Answer {
	return &conversation.Answer{Status: question.Answered, Explanation: "Number of rows by day of the week.", Confidence: "high",
		Plan: &plan.Plan{Kind: plan.Table, Measures: []plan.Named{{As: "rows"}},
			Group: []plan.Named{{As: "day", Expr: &plan.Expr{Op: plan.OpPart, Unit: "dow"}}}},
		Result: &conversation.Result{RowCount: 3, Columns: []conversation.ResultColumn{{Name: "day", Type: table.Integer}, {Name: "rows", Type: table.Integer}},
			Rows: [][]table.Value{{int64(1), int64(12)}, {int64(7), int64(3)}, {nil, int64(1)}}}}
}

func wide() *conversation.Answer {
	a := &conversation.Answer{Status: question.Answered, Explanation: strings.Repeat("A long explanation. ", 8),
		Result: &conversation.Result{RowCount: -1, Truncated: true, Rows: [][]table.Value{nil, nil}}}
	for i := range 30 {
		a.Result.Columns = append(a.Result.Columns, conversation.ResultColumn{Name: fmt.Sprintf("column %d", i), Type: table.String})
		a.Result.Rows[0] = append(a.Result.Rows[0], strings.Repeat("text ", 4))
		a.Result.Rows[1] = append(a.Result.Rows[1], "\x1b[31mred\x1b[0m\n\u202eevil")
	}
	return a
}

func scalar() *conversation.Answer {
	return &conversation.Answer{Status: question.Answered, Explanation: "Average age.", Confidence: "high",
		Result: &conversation.Result{RowCount: 1, Columns: []conversation.ResultColumn{{Name: "average age", Type: table.Float}}, Rows: [][]table.Value{{41.23456}}}}
}

func TestAnswer(t *testing.T) {
	answers := map[string]*conversation.Answer{
		"by-region": byRegion(), "series": series(12), "long-series": series(90), "wide": wide(), "scalar": scalar(), "weekdays": weekdays(),
		"help":    {Status: question.Answered, Explanation: "Below are questions that work.", Try: []string{"revenue by region", "revenue by month"}},
		"no-rows": {Status: question.Answered, Explanation: "Nothing.", Result: &conversation.Result{Columns: []conversation.ResultColumn{{Name: "a"}}}},
		"clarify": {Status: question.Clarify, Question: "Which date?", Options: []conversation.Option{{Label: "order date", ValueHint: "12"}, {Label: "ship date"}}},
		"refused": {Status: question.Refused, Reason: "I cannot tie that to the data.", Words: []string{"blue\x07", "things"}, Near: []string{"region", "product"}, Try: []string{"revenue by region"}},
	}
	screens := map[string]Screen{
		"pipe":     {Rows: 20},
		"terminal": {Rows: 20, Width: 72, Terminal: true},
		"narrow":   {Rows: 5, Width: 30, Terminal: true},
	}
	for name, a := range answers {
		for kind, s := range screens {
			t.Run(name+"/"+kind, func(t *testing.T) {
				var b strings.Builder
				s.W = &b
				s.Answer(a, true)
				compare(t, name+"."+kind, b.String())
				for line := range strings.Lines(b.String()) {
					if w := ansi.StringWidth(strings.TrimRight(line, "\n")); s.Width > 0 && w > s.Width {
						t.Errorf("a line is %d cells wide, the screen %d: %q", w, s.Width, line)
					}
				}
			})
		}
	}
}

func compare(t *testing.T, name, got string) {
	t.Helper()
	golden.Compare(t, filepath.Join("testdata", name+".txt"), got)
}

func TestColourChangesNoText(t *testing.T) {
	for name, a := range map[string]*conversation.Answer{"table": byRegion(), "series": series(60), "scalar": scalar()} {
		var plain, coloured strings.Builder
		Screen{W: &plain, Width: 72, Terminal: true}.Answer(a, true)
		Screen{W: &coloured, Width: 72, Terminal: true, Color: true}.Answer(a, true)
		if !strings.Contains(coloured.String(), "\x1b[") || strings.Contains(plain.String(), "\x1b") {
			t.Errorf("%s: colours are where they should not be, or not where they should", name)
		}
		if d := cmp.Diff(plain.String(), ansi.Strip(coloured.String())); d != "" {
			t.Errorf("%s (-plain +coloured):\n%s", name, d)
		}
	}
}

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		"plain ü 東 👩‍💻": "plain ü 東 👩‍💻", "a\nb\tc\r": `a\nb\tc\r`, "\x1b[2J\x00": `\x1b[2J\x00`, "\u009b1m": `\x9b1m`,
		"\u202eabc": `\u202eabc`, "\xff": "\uFFFD", "": "",
	} {
		if got := Clean(text); got != want {
			t.Errorf("Clean(%q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("\x1b]0;title\x07")
	f.Fuzz(func(t *testing.T, text string) {
		got := Clean(text)
		if ansi.Strip(got) != got || strings.ContainsAny(got, "\x1b\n\r\t\x07") {
			t.Errorf("Clean(%q) = %q, on which a terminal acts", text, got)
		}
	})
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		values  []table.Value
		measure bool
		want    []string
	}{
		{[]table.Value{int64(2024), int64(-1234567)}, false, []string{"2024", "-1234567"}},
		{[]table.Value{int64(2024), int64(-1234567), int64(-123)}, true, []string{"2,024", "-1,234,567", "-123"}},
		{[]table.Value{1234.5, 0.001}, true, []string{"1,234.50", "0.00"}},
		{[]table.Value{0.12345, 0.5}, true, []string{"0.1235", "0.5000"}},
		{[]table.Value{0.2, 0.05, 0.0}, true, []string{"0.20", "0.05", "0.00"}},
		{[]table.Value{0.00001234, 1e-9}, true, []string{"1.234e-05", "1e-09"}},
		{[]table.Value{3.0, 1e6}, true, []string{"3", "1,000,000"}},
		{[]table.Value{1e18, math.NaN()}, true, []string{"1e+18", "NaN"}},
		{[]table.Value{table.Exact("-1234.50"), nil}, true, []string{"-1,234.50", "null"}},
	} {
		format := formatter(table.Column{Type: table.Float}, c.values, c.measure, "")
		for i, v := range c.values {
			if got := format(v); got != c.want[i] {
				t.Errorf("%v among %v is shown as %q, want %q", v, c.values, got, c.want[i])
			}
		}
	}
}

func TestUnits(t *testing.T) {
	rows := [][]table.Value{{0.1234, 12.5, 3.0}, {nil, 1.0, 2.0}}
	got := columnsOf([]table.Column{{Name: "share", Type: table.Float, Unit: plan.UnitRatio}, {Name: "price", Type: table.Float, Unit: "EUR"}, {Name: "days open", Type: table.Float, Unit: "days"}}, rows, nil)
	for i, want := range []string{"share: 12.3%, null", "price (EUR): 12.5, 1.0", "days open: 3, 2"} {
		if text := got[i].name + ": " + strings.Join(got[i].cells, ", "); text != want {
			t.Errorf("got %q, want %q", text, want)
		}
	}
}

func TestDates(t *testing.T) {
	for unit, want := range map[string]string{"year": "2024", "quarter": "2024 Q2", "month": "2024-04", "week": "2024-04-01", "": "2024-04-01 00:00:00"} {
		if got := formatText(table.Datetime, "2024-04-01 00:00:00", unit); got != want {
			t.Errorf("by %q: %q, want %q", unit, got, want)
		}
	}
}

func TestFile(t *testing.T) {
	mean := 2.0
	f := &dataset.File{Name: "or\x1bders.csv", Receipt: &ingest.Receipt{Format: "csv", Encoding: "utf-8", Delimiter: "\t", HeaderRow: 1, HeaderReason: "it has names",
		RowsRead: 1405, RowsRejected: 1, Rejected: []ingest.Reject{{Line: 7, Reason: "5 fields instead of 6"}}, Notes: []ingest.Note{{Code: "renamed", Text: "An empty name became column_2."}}}}
	var b strings.Builder
	s := Screen{W: &b, Width: 100}
	s.Receipt(f)
	s.Columns([]catalog.Column{
		{Name: "region", Type: table.String, Role: catalog.Dimension, Stats: catalog.Stats{Nulls: 14, Distinct: 2, Top: []catalog.Count{{Value: "West", Rows: 3}, {Value: "", Rows: 1}}}},
		{Name: "day", Type: table.Date, Role: catalog.Time, Stats: catalog.Stats{Distinct: 3, Min: "2024-01-01", Max: "2024-02-01"}},
		{Name: "price", Type: table.Float, Role: catalog.Price, Stats: catalog.Stats{Distinct: 3, Min: 1.5, Max: 1200.0, Mean: &mean}},
	}, 1405)
	compare(t, "file.pipe", b.String())
}
