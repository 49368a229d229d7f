package question

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tabletalk/internal/catalog"
	"tabletalk/internal/golden"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/fixture"
)

// clock is a Wednesday, three days after the data of the fixtures ends.
var clock = time.Date(2025, 6, 18, 9, 30, 0, 0, time.UTC)

func readCatalog(t testing.TB, name string) *catalog.Catalog { return fixture.Catalog(t, name) }

// TestGolden asks every question of the golden files. A file begins with the
// name of its catalog; ">" begins a conversation and ">>" goes on with it; what
// follows a question is what was understood.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			got := answerFile(t, string(want))
			golden.Compare(t, f, got)
		})
	}
}

func answerFile(t *testing.T, text string) string {
	var b strings.Builder
	var cat *catalog.Catalog
	var history []Turn
	for _, l := range strings.Split(text, "\n") {
		switch {
		case strings.HasPrefix(l, "catalog "):
			cat = readCatalog(t, strings.TrimPrefix(l, "catalog "))
			b.WriteString(l + "\n")
		case strings.HasPrefix(l, "#"):
			b.WriteString(l + "\n")
		case strings.HasPrefix(l, "> "), strings.HasPrefix(l, ">> "):
			if l[1] == ' ' {
				history = nil
			}
			b.WriteString("\n" + l + "\n")
			q := strings.TrimLeft(l, "> ")
			history = answer(t, &b, Input{Text: q, Catalog: cat, History: history, Now: clock, Settings: DefaultSettings()})
		}
	}
	return b.String()
}

func answer(t *testing.T, b *strings.Builder, in Input) []Turn {
	o := Understand(in)
	if o.Meta != MetaNone {
		fmt.Fprintf(b, "meta    %s\n", o.Meta)
		return in.History
	}
	d := Decide(o, nil)
	switch d.Status {
	case Refused:
		fmt.Fprintf(b, "refused %s: %s\n", d.Refusal.Code, d.Refusal.Reason)
		line(b, "near", d.Refusal.Near)
	case Clarify:
		fmt.Fprintf(b, "asks    %s\n", d.Question)
		for _, r := range d.Options {
			fmt.Fprintf(b, "option  %s\n", r.Plan)
		}
	default:
		if err := plan.Validate(d.Reading.Plan, in.Catalog); err != nil {
			t.Errorf("%s: the plan is not valid: %v", in.Text, err)
		}
		showReading(b, d.Reading)
		return append(in.History, Turn{Text: in.Text, Plan: d.Reading.Plan, Keys: firstKeys(d.Reading.Plan, in.Catalog)})
	}
	return in.History
}

func showReading(b *strings.Builder, r *Reading) {
	fmt.Fprintf(b, "plan    %s\n", r.Plan)
	fmt.Fprintf(b, "conf    %s\n", r.Confidence)
	line(b, "why", r.Reasons)
	for _, a := range r.Assumptions {
		var alts []string
		for _, alt := range a.Alternatives {
			alts = append(alts, alt.Label)
		}
		fmt.Fprintf(b, "assume  %s: %s%s\n", a.Code, a.Text, bracketed(alts))
	}
	line(b, "ignored", r.Ignored)
	if r.Edit != "" {
		fmt.Fprintf(b, "edit    %s\n", r.Edit)
	}
}

func bracketed(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return " [" + strings.Join(list, "; ") + "]"
}

func line(b *strings.Builder, name string, list []string) {
	if len(list) > 0 {
		fmt.Fprintf(b, "%-7s %s\n", name, strings.Join(list, ", "))
	}
}

// firstKeys stand for an executed answer: the first values of its keys.
func firstKeys(p *plan.Plan, c *catalog.Catalog) []Key {
	var out []Key
	for _, g := range p.Group {
		tab := c.Table(p.From.Table)
		if g.Expr.Op != plan.OpCol || tab == nil {
			continue
		}
		k := Key{Column: *g.Expr.Col}
		for _, h := range tab.Values.Values(g.Expr.Col.Name, 3) {
			k.Values = append(k.Values, h.Value)
		}
		out = append(out, k)
	}
	return out
}
