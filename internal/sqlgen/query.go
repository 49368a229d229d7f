package sqlgen

import (
	"strconv"
	"strings"
)

// query is a SELECT by its clauses; String lays it out over lines.
type query struct {
	with     []cte
	distinct bool
	items    []string
	from     []string // the relation, then joins
	where    []string
	group    []string
	having   []string
	qualify  []string
	order    []string
	limit    int
	offset   int
}

type cte struct{ name, text string }

const indent = "  "

func (q *query) String() string {
	var b strings.Builder
	for i, w := range q.with {
		b.WriteString([]string{"WITH ", ", "}[min(i, 1)])
		b.WriteString(w.name + " AS " + inParens(w.text))
		if i == len(q.with)-1 {
			b.WriteString("\n")
		}
	}
	b.WriteString("SELECT")
	if q.distinct {
		b.WriteString(" DISTINCT")
	}
	many(&b, q.items, ",")
	clause(&b, "FROM ", q.from, "\n")
	clause(&b, "WHERE ", q.where, "\n"+indent+"AND ")
	if !q.distinct {
		clause(&b, "GROUP BY ", q.group, ", ")
	}
	clause(&b, "HAVING ", q.having, "\n"+indent+"AND ")
	clause(&b, "QUALIFY ", q.qualify, "\n"+indent+"AND ")
	clause(&b, "ORDER BY ", q.order, ", ")
	if q.limit > 0 {
		b.WriteString("\nLIMIT " + strconv.Itoa(q.limit))
	}
	if q.offset > 0 {
		b.WriteString("\nOFFSET " + strconv.Itoa(q.offset))
	}
	return b.String()
}

func many(b *strings.Builder, items []string, sep string) {
	if len(items) == 1 {
		b.WriteString(" " + items[0])
		return
	}
	for i, item := range items {
		if i > 0 {
			b.WriteString(sep)
		}
		b.WriteString("\n" + indent + item)
	}
}

func clause(b *strings.Builder, lead string, parts []string, sep string) {
	if len(parts) > 0 {
		b.WriteString("\n" + lead + strings.Join(parts, sep))
	}
}

// inParens puts a statement in parentheses, indented.
func inParens(text string) string { return "(\n" + indented(text) + "\n)" }

// indented moves lines to the right, but not those inside a quoted name or
// text, which would change it.
func indented(text string) string {
	var b strings.Builder
	b.WriteString(indent)
	var quote byte
	for i := range len(text) {
		c := text[i]
		b.WriteByte(c)
		switch {
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == quote:
			quote = 0
		case c == '\n' && quote == 0:
			b.WriteString(indent)
		}
	}
	return b.String()
}
