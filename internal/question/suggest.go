package question

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// Suggest gives up to n questions that would work on the catalog, best first.
// With a text it gives questions that begin with it: what is typed there, made
// whole by a name or value of the data, or gone on with.
func Suggest(in Input, n int) []string {
	if in.Catalog == nil || n <= 0 || !utf8.ValidString(in.Text) {
		return nil
	}
	typed := strings.TrimLeftFunc(in.Text, unicode.IsSpace)
	var out []string
	for _, q := range openings(in.Catalog) {
		if len(out) < n && len(q) > len(typed) && strings.EqualFold(q[:len(typed)], typed) {
			out = append(out, q)
		}
	}
	if typed == "" || len(out) == n {
		return out
	}
	for _, q := range in.understood(completions(typed, in.Catalog), n) {
		if len(out) < n && !slices.Contains(out, q) {
			out = append(out, q)
		}
	}
	return out
}

// maxTried is how many completions are read to find those that work.
const maxTried = 10

// understood are those of the questions that would be answered with every
// word, the surest first.
func (in Input) understood(questions []string, n int) []string {
	var sure, others []string
	for _, q := range questions[:min(len(questions), maxTried)] {
		if in.Text = q; len(sure) == n {
			break
		}
		o := Understand(in)
		unknown := slices.ContainsFunc(o.Words, func(w Word) bool { return w.Kind == "unknown" })
		if len(o.Readings) == 0 || len(o.Readings[0].Ignored) > 0 || unknown {
			continue
		}
		switch o.Readings[0].Confidence {
		case High:
			sure = append(sure, q)
		case Medium:
			others = append(others, q)
		}
	}
	return append(sure, others...)
}

// completions end the last word of a text with names and values that begin
// with it, and go on from a text that is whole.
func completions(typed string, c *catalog.Catalog) []string {
	i := strings.LastIndexFunc(typed, unicode.IsSpace) + 1
	before, part := typed[:i], strings.ToLower(typed[i:])
	var out []string
	add := func(q string) {
		if len(q) > len(typed) && !slices.Contains(out, q) {
			out = append(out, q)
		}
	}
	for i := range c.Tables {
		for _, name := range endings(&c.Tables[i], part) {
			if part != "" || opensName(before) {
				add(before + name)
			}
		}
	}
	whole := strings.TrimRightFunc(typed, unicode.IsSpace)
	for i := range c.Tables {
		t := traitsOf(&c.Tables[i])
		for _, key := range t.kinds[:min(len(t.kinds), 3)] {
			add(whole + " by " + key)
		}
		if t.date != "" {
			add(whole + " by month")
		}
	}
	return out
}

// opensName reports whether a name must follow.
func opensName(before string) bool {
	words := strings.Fields(strings.ToLower(before))
	return len(words) > 1 && slices.Contains([]string{"by", "per", "of", "average", "total"}, words[len(words)-1])
}

// endings are the names of columns and then the values of a table that begin
// with what is typed of a word.
func endings(t *catalog.Table, part string) []string {
	var names, values []string
	for _, c := range t.Columns {
		if c.Hidden {
			continue
		}
		if name := words(c.Name); begins(name, part) {
			names = append(names, name)
		}
		if len(part) < 2 || c.Type != table.String {
			continue
		}
		for _, h := range t.Values.Values(c.Name, 300) {
			if begins(strings.ToLower(h.Value), part) && len(h.Value) <= 60 && len(values) < maxTried {
				values = append(values, h.Value)
			}
		}
	}
	return append(names, values...)
}

// begins reports whether a word of a name begins with what is typed.
func begins(name, part string) bool {
	return strings.HasPrefix(name, part) || part != "" && strings.Contains(name, " "+part)
}

// traits are what questions about a table can be made of.
type traits struct {
	amount, rate, date string
	kinds              []string
}

func traitsOf(t *catalog.Table) traits {
	var out traits
	fine := false // the amount is one of more than whole things
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.Hidden {
			continue
		}
		switch name := words(c.Name); {
		case c.Type.Temporal() && out.date == "":
			out.date = name
		case !c.Type.Numeric():
			if (c.Role == catalog.Dimension || c.Role == catalog.Geo) && c.Type == table.String && c.Stats.Distinct > 1 && c.Stats.Distinct <= 60 {
				out.kinds = append(out.kinds, name)
			}
		case c.Role == catalog.Measure && (out.amount == "" || !fine && c.Type != table.Integer):
			out.amount, fine = name, c.Type != table.Integer
		case (c.Role == catalog.Rate || c.Role == catalog.Price) && out.rate == "":
			out.rate = name
		}
	}
	return out
}

// openings are questions to begin with, those of different kinds first.
func openings(c *catalog.Catalog) []string {
	var out []string
	for round := range 6 {
		for i := range c.Tables {
			if q := opening(&c.Tables[i], round); q != "" && !slices.Contains(out, q) {
				out = append(out, q)
			}
		}
	}
	return out
}

// opening is the k-th question that suits a table; empty where none does.
func opening(t *catalog.Table, k int) string {
	x := traitsOf(t)
	kind := ""
	if len(x.kinds) > 0 {
		kind = x.kinds[0]
	}
	total := strings.TrimPrefix(x.amount, "total ")
	switch {
	case k == 0 && x.amount != "" && kind != "":
		return fmt.Sprintf("total %s by %s", total, kind)
	case k == 1 && x.amount != "" && x.date != "":
		return fmt.Sprintf("total %s by month", total)
	case k == 2 && x.rate != "" && kind != "":
		return fmt.Sprintf("average %s by %s", strings.TrimPrefix(x.rate, "average "), kind)
	case k == 3 && x.amount != "" && kind != "":
		return fmt.Sprintf("top 5 %s by %s", plan.Plural(kind), x.amount)
	case k == 4:
		return "how many rows are in " + words(t.Name)
	case k == 5 && kind != "":
		return fmt.Sprintf("number of rows by %s", kind)
	}
	return ""
}

// words writes a name of the data as a person says it.
func words(name string) string { return strings.ToLower(plan.Words(name)) }
