package question

import (
	"slices"
	"strings"
	"testing"

	"tabletalk/internal/question/lexicon"
)

func TestTypeAhead(t *testing.T) {
	c := readCatalog(t, "sales")
	for _, tt := range []struct{ typed, want string }{
		{"average rev", "average revenue"},
		{"total revenue by reg", "total revenue by region"},
		{"Total Revenue ", "Total Revenue by region"},
		{"revenue in Nor", "revenue in North"},
		{"to", "total revenue by segment"},
		{"revenue by ", "revenue by segment"},
		{"revenue by mo", "revenue by month"},
		{"top 5 cust", "top 5 customers by revenue"},
		{"average unit pr", "average unit price"},
		{"how many cust", "how many customers"},
	} {
		list := Suggest(Input{Text: tt.typed, Catalog: c, Now: clock, Settings: DefaultSettings()}, 6)
		if !slices.Contains(list, tt.want) {
			t.Errorf("%q is gone on with as %q, want %q", tt.typed, list, tt.want)
		}
		for _, q := range list {
			if fields := strings.Fields(strings.ToLower(q)); len(slices.Compact(slices.Clone(fields))) < len(fields) {
				t.Errorf("%q says a word twice", q)
			}
			if !strings.EqualFold(q[:min(len(tt.typed), len(q))], tt.typed) && !strings.HasPrefix(tt.typed, q[:strings.LastIndex(q, " ")]) {
				t.Errorf("%q is no %q gone on with", q, tt.typed)
			}
			if _, d := ask(c, q); d.Status == Refused {
				t.Errorf("the suggestion %q is refused", q)
			}
		}
	}
	for _, typed := range []string{"xyzzy", "drop table", "\xff\xfe", strings.Repeat("a ", 3000)} {
		if list := Suggest(Input{Text: typed, Catalog: c, Now: clock, Settings: DefaultSettings()}, 6); len(list) > 0 {
			t.Errorf("%.20q is gone on with as %q", typed, list)
		}
	}
}

// After an answer what is typed may go on from it.
func TestTypeAheadGoesOn(t *testing.T) {
	c := readCatalog(t, "sales")
	const first = "revenue by region"
	_, d := ask(c, first)
	last := Turn{Text: first, Plan: d.Reading.Plan, Keys: firstKeys(d.Reading.Plan, c)}
	for _, tt := range []struct{ typed, want string }{
		{"on", "only Consumer"},
		{"only ", "only Consumer"},
		{"only in", "only in 2024"},
		{"in 20", "in 2025"},
		{"by", "by segment"},
		{"and", "and by segment"},
		{"by mo", "by month"},
		{"as", "as a pie chart"},
		{"what about N", "what about North"},
		{"what about Ger", "what about Germany"},
		{"without ", "without Consumer"},
		{"top", "top 3"},
	} {
		in := Input{Text: tt.typed, Catalog: c, Now: clock, Settings: DefaultSettings(), History: []Turn{last}}
		list := Suggest(in, 6)
		if !slices.Contains(list, tt.want) {
			t.Errorf("%q is gone on with as %q, want %q", tt.typed, list, tt.want)
		}
		for _, q := range list {
			if _, d := ask(c, q, last); d.Status != Answered || q == "and by region" {
				t.Errorf("the suggestion %q is %s", q, d.Status)
			}
		}
		in.History = nil
		if alone := Suggest(in, 6); strings.HasPrefix(tt.want, "only") && slices.Contains(alone, tt.want) {
			t.Errorf("%q is offered where there is no answer before", tt.want)
		}
	}
}

// What is offered to begin with is answered, says every word once, and differs.
func TestOpenings(t *testing.T) {
	for _, name := range []string{"ledger", "orders", "rides", "sales", "staff"} {
		c := readCatalog(t, name)
		list := Suggest(Input{Catalog: c, Now: clock, Settings: DefaultSettings()}, 6)
		if len(list) == 0 {
			t.Errorf("%s: nothing to begin with", name)
		}
		for _, q := range append(list, tries(c, 4)...) {
			if _, d := ask(c, q); d.Status != Answered {
				t.Errorf("%s: %q is %s", name, q, d.Status)
			}
		}
	}
}

// What is near is what a person could have meant.
func TestNearNames(t *testing.T) {
	c := readCatalog(t, "sales")
	for word, want := range map[string]string{"foo": "", "trip": "", "reigon": "region", "revenu": "revenue", "xyzzyx": ""} {
		u := understanding{Input: Input{Catalog: c}, lex: lexicon.English()}
		got := u.near(word)
		if want == "" && len(got) > 0 || want != "" && !slices.Contains(got, want) {
			t.Errorf("near %q are %q, want %q", word, got, want)
		}
	}
}
