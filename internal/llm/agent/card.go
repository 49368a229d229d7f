package agent

import (
	"fmt"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
)

// Of a card: how many values of a column are named, and how many columns a
// table may show before it is cut.
const (
	maxTop     = 12
	maxColumns = 300
)

// card describes the tables. It is the same bytes as long as the data and
// what people taught are, for a server keeps what it understood of it.
func card(c *catalog.Catalog, people persons, e Egress) string {
	var b strings.Builder
	b.WriteString("The tables\n")
	left := maxColumns
	for i := range c.Tables {
		t := &c.Tables[i]
		fmt.Fprintf(&b, "table %s, %d rows\n", quoted(t.Name), t.Rows)
		for j := range t.Columns {
			if left--; left < 0 {
				fmt.Fprintf(&b, "  and %d more columns\n", len(t.Columns)-j)
				break
			}
			level := e
			kind := people[plan.Col{Table: t.Name, Name: t.Columns[j].Name}]
			if kind != "" {
				level = Narrower(e, Schema)
			}
			describe(&b, &t.Columns[j], t.Rows, level)
			if kind != "" && e.Allows(Values) {
				fmt.Fprintf(&b, ", names people: its values are told as ‹%s 1›", kind)
			}
			b.WriteByte('\n')
		}
	}
	for _, j := range c.Joins {
		fmt.Fprintf(&b, "join %s.%s = %s.%s\n", quoted(j.Many.Table), quoted(j.Many.Column), quoted(j.One.Table), quoted(j.One.Column))
	}
	for _, t := range c.Terms {
		if len(t.Text) <= 400 {
			fmt.Fprintf(&b, "%s %s in table %s means %s\n", t.Kind, quoted(short(t.Phrase)), quoted(t.Table), quoted(clean(t.Text)))
		}
	}
	return b.String()
}

func describe(b *strings.Builder, c *catalog.Column, rows int64, e Egress) {
	fmt.Fprintf(b, "  %s %s, %s", quoted(c.Name), c.Type, c.Role)
	if c.Unit != "" {
		fmt.Fprintf(b, ", in %s", quoted(short(c.Unit)))
	}
	if c.Stats.Nulls > 0 && rows > 0 {
		fmt.Fprintf(b, ", %d without a value", c.Stats.Nulls)
	}
	if c.Stats.Distinct > 0 {
		fmt.Fprintf(b, ", %d different", c.Stats.Distinct)
	}
	if len(c.Synonyms) > 0 {
		list := make([]string, 0, len(c.Synonyms))
		for _, s := range c.Synonyms {
			list = append(list, quoted(short(s)))
		}
		fmt.Fprintf(b, ", also called %s", strings.Join(list, ", "))
	}
	if e.Allows(Values) {
		examples(b, c)
	}
}

// examples tells the range of a column that has an order, and the most
// frequent values of others.
func examples(b *strings.Builder, c *catalog.Column) {
	if (c.Type.Numeric() || c.Type.Temporal()) && c.Stats.Min != nil {
		fmt.Fprintf(b, ", from %s to %s", quoted(short(fmt.Sprint(c.Stats.Min))), quoted(short(fmt.Sprint(c.Stats.Max))))
		return
	}
	for i, v := range c.Stats.Top[:min(len(c.Stats.Top), maxTop)] {
		lead := ", "
		if i == 0 {
			lead = ": "
		}
		b.WriteString(lead + quoted(short(fmt.Sprint(v.Value))))
	}
}
