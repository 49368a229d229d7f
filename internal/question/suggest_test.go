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
	} {
		list := Suggest(Input{Text: tt.typed, Catalog: c, Now: clock, Settings: DefaultSettings()}, 6)
		if !slices.Contains(list, tt.want) {
			t.Errorf("%q is gone on with as %q, want %q", tt.typed, list, tt.want)
		}
		for _, q := range list {
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
