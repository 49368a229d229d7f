package parse

import (
	"slices"

	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
)

// A column that is named together with the thing that it belongs to is one of
// that thing: "the name of the physician", "name and age of each pilot",
// "customer names". The same name in another table is hardly meant.

// costOther is what the columns of other tables lose.
const costOther = 300

// possessed gives the mentions with the columns of other tables than the one
// that is said to have them made less likely.
func possessed(mentions []link.Mention, tokens []text.Token) []link.Mention {
	tables := map[string]bool{}
	for i := range mentions {
		tables[mentions[i].Table] = true
	}
	if len(tables) < 2 {
		return mentions
	}
	q := possessors{mentions: mentions, tokens: tokens}
	out := slices.Clone(mentions)
	for i, m := range mentions {
		if m.Kind != link.ColumnMention {
			continue
		}
		if slices.Contains(q.called(func(t link.Mention) bool { return t.Start == m.Start && t.End == m.End }), m.Table) {
			continue // the address of a table of addresses
		}
		if o := q.ownersOf(m.Start, m.End); len(o) > 0 && !slices.Contains(o, m.Table) && q.has(o, m.Start, m.End) {
			out[i].Score = max(m.Score-costOther, 1)
		}
	}
	return out
}

type possessors struct {
	mentions []link.Mention
	tokens   []text.Token
}

// has reports whether one of the tables has a column of the name at a span.
func (q *possessors) has(tables []string, start, end int) bool {
	return slices.ContainsFunc(q.mentions, func(m link.Mention) bool {
		return m.Kind == link.ColumnMention && m.Start == start && m.End == end && m.Score >= 600 && slices.Contains(tables, m.Table)
	})
}

// ownersOf are the tables that the words around a name say it belongs to.
func (q *possessors) ownersOf(start, end int) []string {
	if o := q.called(func(m link.Mention) bool { return m.Start == q.afterOf(end) }); len(o) > 0 {
		return o
	}
	before := start
	for before > 0 && q.tokens[before-1].Suffix {
		before--
	}
	return q.called(func(m link.Mention) bool { return m.End == before })
}

// called are the tables that are named where at holds.
func (q *possessors) called(at func(link.Mention) bool) []string {
	var out []string
	for _, m := range q.mentions {
		if m.Kind == link.TableMention && m.How == link.Exact && at(m) {
			out = append(out, m.Table)
		}
	}
	return out
}

// afterOf is where the thing stands that a list of names is of: the names may
// be joined by "and"; -1 where they are of nothing.
func (q *possessors) afterOf(i int) int {
	for i < len(q.tokens) && q.tokens[i].Norm != "of" {
		switch q.tokens[i].Norm {
		case "and", ",", "the", "as", "well", "or", "both", "their":
			i++
			continue
		}
		end := q.nameAt(i)
		if end < 0 {
			return -1
		}
		i = end
	}
	for i++; i < len(q.tokens); i++ {
		switch q.tokens[i].Norm {
		case "the", "all", "each", "every", "different", "distinct", "a", "an", "any", "those", "these", "our", "unique":
			continue
		}
		return i
	}
	return -1
}

// nameAt is the end of the longest name of a column at token i; -1 if none
// begins there.
func (q *possessors) nameAt(i int) int {
	end := -1
	for _, m := range q.mentions {
		if m.Kind == link.ColumnMention && m.Start == i && m.Score >= 600 {
			end = max(end, m.End)
		}
	}
	return end
}

// apposed adds values that are said with what they are: in "rivers in the
// state of Texas" the state is Texas, whichever column holds it.
func apposed(mentions []link.Mention, tokens []text.Token) []link.Mention {
	q := possessors{mentions: mentions, tokens: tokens}
	out := mentions
	for _, m := range mentions {
		if m.Kind != link.ValueMention || m.Start < 2 || tokens[m.Start-1].Norm != "of" {
			continue
		}
		for _, t := range mentions {
			if t.Kind == link.TableMention && t.How == link.Exact && t.End == m.Start-1 && q.holds(t.Table, m.Start, m.End) {
				m.Start = t.Start
				out = append(out[:len(out):len(out)], m)
				break
			}
		}
	}
	return out
}

// holds reports whether a span is a value of a table.
func (q *possessors) holds(table string, start, end int) bool {
	return slices.ContainsFunc(q.mentions, func(m link.Mention) bool {
		return m.Kind == link.ValueMention && m.Table == table && m.Start == start && m.End == end && m.Whole && unique(m.Column)
	})
}
