package conversation

import (
	"cmp"
	"math"
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/llm/agent"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/text"
)

// Of examples: how many are shown, how many are looked at, and the usual
// constants of BM25.
const (
	maxExamples = 3
	maxLooked   = 2000
	saturation  = 1.2
	lengthening = 0.75
)

// examples are the answers that people confirmed to the questions most like
// this one, by BM25 over their words. A value or a number stands for its kind:
// “sales in Rome in 2023” is like “sales in Oslo in 2024”.
func examples(c *catalog.Catalog, asked string) (out []agent.Example) {
	var docs [][]string
	var terms []catalog.Term
	for _, t := range c.Terms {
		if t.Kind == catalog.TermAnswer && t.Phrase != catalog.Phrase(asked) && len(docs) < maxLooked {
			docs, terms = append(docs, slots(c, t.Phrase)), append(terms, t)
		}
	}
	scores := bm25(docs, slots(c, asked))
	order := make([]int, len(docs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return -cmp.Compare(scores[a], scores[b]) })
	for _, i := range order {
		if len(out) == maxExamples || scores[i] <= 0 {
			break
		}
		if p, err := plan.Parse(terms[i].Text); err == nil {
			out = append(out, agent.Example{Question: terms[i].Phrase, Plan: p})
		}
	}
	return out
}

// slots are the words of a question, folded; values and numbers are the names
// of their kinds.
func slots(c *catalog.Catalog, question string) []string {
	var list []string
	for _, t := range text.Tokenize(question) {
		switch {
		case t.Kind == text.Punct:
		case t.Kind == text.Number:
			list = append(list, "<number>")
		case isValue(c, t.Norm):
			list = append(list, "<value>")
		default:
			list = append(list, t.Base)
		}
	}
	return list
}

// isValue reports whether a word occurs in values and names no column.
func isValue(c *catalog.Catalog, word string) bool {
	found := false
	for i := range c.Tables {
		t := &c.Tables[i]
		for _, col := range t.Columns {
			if slices.Contains(text.SplitName(col.Name), word) {
				return false
			}
		}
		if !found {
			_, n := t.Values.Containing([]string{word}, 0)
			found = n > 0
		}
	}
	return found
}

// bm25 scores documents against a query.
func bm25(docs [][]string, query []string) []float64 {
	held, length := map[string]float64{}, 0.0
	for _, d := range docs {
		length += float64(len(d)) / float64(len(docs))
		for i, w := range d {
			if !slices.Contains(d[:i], w) {
				held[w]++
			}
		}
	}
	scores := make([]float64, len(docs))
	for i, d := range docs {
		for j, w := range query {
			if slices.Contains(query[:j], w) {
				continue
			}
			n := 0.0
			for _, other := range d {
				if other == w {
					n++
				}
			}
			rare := math.Log(1 + (float64(len(docs))-held[w]+0.5)/(held[w]+0.5))
			scores[i] += rare * n * (saturation + 1) / (n + saturation*(1-lengthening+lengthening*float64(len(d))/max(length, 1)))
		}
	}
	return scores
}
