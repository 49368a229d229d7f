package parse

import (
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
)

// names reports whether a column is surely named at token i.
func (p *parser) names(i int) bool {
	for _, m := range p.byStart[i] {
		if m.Kind == link.ColumnMention && m.Score >= sureName && p.scope.has(m.Table) {
			return true
		}
	}
	return false
}

// head says what kind of answer the first words ask for.
func (p *parser) head(nodes []*Node) string {
	for i, t := range p.tokens {
		if i > 6 {
			break
		}
		if i == 0 && (t.Norm == "and" || t.Norm == "but") {
			continue // "and which of them …" asks as "which of them …" does
		}
		if i == 0 && p.restricts() {
			return ""
		}
		switch t.Norm {
		case "how":
			if i+1 < len(p.tokens) {
				switch p.tokens[i+1].Norm {
				case "many":
					return "howmany"
				case "much":
					return "howmuch"
				}
			}
			return "what"
		case "which", "who", "where", "when", "what":
			if t.Norm == "what" && i+1 < len(p.tokens) && p.tokens[i+1].Norm == "time" && !p.names(i+1) {
				return "when"
			}
			return t.Norm
		case "whose":
			if i == 0 {
				return "who"
			}
		case "list", "show", "find", "give", "display", "return", "name":
			return "list"
		case "count", "number":
			return "howmany"
		case "is", "are", "was", "were", "does", "did", "do", "has", "have":
			if i == 0 {
				return "yesno"
			}
		}
		if t.Kind == text.Word && !p.lex.Noise(t.Norm) && i > 0 {
			break // "orders where …" asks for orders
		}
		if t.Kind == text.Word && !p.lex.Noise(t.Norm) && i+1 < len(p.tokens) && (p.tokens[i+1].Norm == "where" || p.tokens[i+1].Norm == "when" || p.tokens[i+1].Norm == "who" || p.tokens[i+1].Norm == "which" || p.tokens[i+1].Norm == "whose") {
			break
		}
	}
	return ""
}

// restricts reports whether a question that goes on from an answer opens as a
// condition does, "where the status is open", rather than asking where or when
// something was.
func (p *parser) restricts() bool {
	if !p.Follows || len(p.tokens) < 2 {
		return false
	}
	switch p.tokens[0].Norm {
	case "where", "when", "if":
		return !auxiliaries[p.tokens[1].Norm]
	}
	return false
}

// auxiliaries are the verbs that follow a word which asks.
var auxiliaries = map[string]bool{"is": true, "are": true, "was": true, "were": true, "do": true, "does": true, "did": true, "has": true, "have": true, "had": true,
	"can": true, "could": true, "will": true, "would": true, "should": true, "s": true, "'s": true}
