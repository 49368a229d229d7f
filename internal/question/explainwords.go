package question

import (
	"tabletalk/internal/plan"
	"tabletalk/internal/question/parse"
	"tabletalk/internal/question/rank"
)

// words says what became of every word, by the best reading.
func (u *understanding) words(ranked []rank.Ranked) []Word {
	var pieces []*parse.Node
	switch {
	case len(ranked) > 0:
		pieces = ranked[0].Sketch.Pieces
	case len(u.sketches) > 0:
		pieces = u.sketches[0].Pieces
	}
	var out []Word
	for _, n := range pieces {
		if n.Start >= len(u.tokens) || n.End > len(u.tokens) {
			continue
		}
		w := Word{Kind: wordKind(n), Span: plan.Span{Start: u.tokens[n.Start].Start, End: u.tokens[n.End-1].End}}
		w.Text = u.Text[w.Span.Start:w.Span.End]
		for _, m := range n.Cols[:min(len(n.Cols), 3)] {
			w.Refs = append(w.Refs, m.Table+"."+m.Column.Col.Name)
		}
		for _, m := range n.Vals[:min(len(n.Vals), 3)] {
			w.Refs = append(w.Refs, m.Table+"."+m.Column.Col.Name+"="+m.Value)
		}
		if w.Span.Start < w.Span.End {
			out = append(out, w)
		}
	}
	return out
}

// wordKind gives the kind of a piece as the API names it.
func wordKind(n *parse.Node) string {
	switch n.Kind {
	case parse.Col, parse.Tab, parse.Rel, parse.Deed:
		return "column"
	case parse.Val, parse.Text, parse.RelVal:
		return "value"
	case parse.Measure, parse.Rate, parse.Stretch, parse.Since:
		return "metric"
	case parse.Pred:
		return "filter"
	case parse.Num, parse.Ord:
		return "number"
	case parse.When, parse.Grain:
		return "date"
	case "agg", "count", "howmuch", "distinct":
		return "aggregate"
	case "cmp", "post", "between", "time", "from", "to", "like", "null", parse.Comp, "than":
		return "comparator"
	case parse.Sup, "top", "sort", "dir", "row", "axis":
		return "order"
	case "by", "bin", "binend":
		return "group"
	case "and", "or", "comma", "not", "nor", "both", "either", "only", "same":
		return "logic"
	case "share", "frame":
		return "frame"
	case "chart":
		return "chart"
	case parse.Word:
		return "unknown"
	}
	return "noise"
}
