package agent

import (
	"cmp"
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/text"
)

// maxHits is how many values one search tells.
const maxHits = 20

// hit is a value that occurs.
type hit struct {
	Table  string `json:"table"`
	Column string `json:"column"`
	Value  string `json:"value"`
	Rows   int64  `json:"rows"`
}

// search looks values up by their words.
func (a *run) search(said, column string) reply {
	hits := a.find(said, column)
	if len(hits) == 0 {
		return reply{Warnings: []string{"no value is like this"}}
	}
	hits = hits[:min(len(hits), maxHits)]
	for i := range hits {
		if kind := a.persons[plan.Col{Table: hits[i].Table, Name: hits[i].Column}]; kind != "" {
			hits[i].Value = a.mask.name(kind, hits[i].Value)
			continue
		}
		hits[i].Value = short(hits[i].Value)
	}
	a.finding.Shared.Values += len(hits)
	return reply{Values: hits}
}

// find gives the values that are these words, or hold them, or are spelled
// like them, in this order; only of columns that the model may know.
func (a *run) find(said, column string) (list []hit) {
	words := text.Words(said)
	seen := map[hit]bool{}
	for i := range a.catalog.Tables {
		t := &a.catalog.Tables[i]
		found := t.Values.Phrase(words)
		more, _ := t.Values.Containing(words, maxHits)
		found = append(found, more...)
		if len(found) == 0 {
			found = alike(t.Values, words)
		}
		for _, h := range found {
			one := hit{Table: t.Name, Column: h.Column, Value: h.Value, Rows: h.Rows}
			if t.Column(h.Column) != nil && (column == "" || column == h.Column) && !seen[one] {
				seen[one] = true
				list = append(list, one)
			}
		}
	}
	return list
}

// alike gives values that hold a word spelled like one of these.
func alike(x *catalog.Index, words []string) (list []catalog.Hit) {
	if x == nil {
		return nil
	}
	for _, w := range words {
		for _, near := range x.Similar(w, 5) {
			hits, _ := x.Containing([]string{near}, 5)
			list = append(list, hits...)
		}
	}
	slices.SortStableFunc(list, func(a, b catalog.Hit) int { return -cmp.Compare(a.Rows, b.Rows) })
	return list
}
