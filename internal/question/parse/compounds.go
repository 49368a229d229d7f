package parse

import (
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/question/link"
)

// namesAnother reports whether an unknown word makes a name into another one:
// "employee turnover" is no revenue, and "a poem about sales" is none of them.
// Beside a name that was said as it is written, the word only describes:
// "premium revenue".
func (s *Sketch) namesAnother(n *Node, i int) bool {
	if !nounLike(n.Word) || s.p.nameless() {
		return false
	}
	if n.Start > 0 && (s.p.tokens[n.Start-1].Norm == "a" || s.p.tokens[n.Start-1].Norm == "an") && s.Head == "" && s.nothingBefore(i) {
		return true
	}
	if i+1 >= len(s.nodes) || s.nodes[i+1].Start != n.End {
		return false
	}
	next := s.nodes[i+1]
	switch {
	case next.Kind == Tab:
		return next.Score < sureName // another word for the table
	case next.Kind != Col && next.Kind != Measure, len(next.Cols) == 0:
		return false
	case i > 0 && s.nodes[i-1].Kind == Word && s.nodes[i-1].End == n.Start: // "gross domestic product"
		return true
	}
	return next.Cols[0].How != link.Exact && amount(next.top())
}

// nothingBefore reports whether nothing that was understood stands before
// node i.
func (s *Sketch) nothingBefore(i int) bool {
	return !slices.ContainsFunc(s.nodes[:i], func(n *Node) bool { return n.Kind != Fn && n.Kind != Light && n.Kind != Word })
}

// rowsAreNamed reports whether the things in the rows of the base are called
// by the name of a number of theirs: order_id. Then no other word is what the
// rows are called.
func (s *Sketch) rowsAreNamed() bool {
	return slices.ContainsFunc(s.p.Schema.ColumnsOf(s.p.scope.Base), func(c *link.Column) bool {
		return c.Col.Role == catalog.ID && len(c.Words) == 2 && c.Words[1] == "id"
	})
}

// placed reports whether a word such as under says where something is listed,
// rather than compares: no number and no other amount follows it.
func (s *Sketch) placed(i int) bool {
	for i++; i < len(s.nodes) && skippable(s.nodes[i]); i++ {
	}
	if i >= len(s.nodes) {
		return true
	}
	switch n := s.nodes[i]; n.Kind {
	case Pred, Val, "ref":
		return true
	case Col:
		return !amount(n.top())
	case Word, Light:
		return false
	}
	return i == len(s.nodes)-1 && s.nodes[i].Kind != Num
}

// judges reports whether an unknown word is all that is asked: "how happy are
// the customers", "which customers are loyal".
func (s *Sketch) judges(n *Node) bool {
	if n.Start == 0 {
		return false
	}
	switch s.p.tokens[n.Start-1].Norm {
	case "how":
		return !strings.HasSuffix(n.Word, "ly") // "how strongly" is a manner
	case "is", "are", "was", "were":
		return (s.Head == "which" || s.Head == "who") && n.Start > 2 && len(s.Preds) == 0 && s.p.restIsNoise(n.End)
	}
	return false
}

// adjectiveClass says whether an adjective that no column measures asks for a
// judgement: "good customers".
func (s *Sketch) adjectiveClass(n *Node, i int) string {
	if n.Word == "late" || n.Word == "early" {
		return "asked" // against what is not said
	}
	if n.Start > 0 && s.p.tokens[n.Start-1].Norm == "how" {
		return "asked" // "how tall" of what has no height
	}
	if i+1 < len(s.nodes) && (s.nodes[i+1].Kind == Col || s.nodes[i+1].Kind == Tab) && s.nodes[i+1].Start == n.End && !s.p.nameless() {
		return "vague"
	}
	return "content"
}
