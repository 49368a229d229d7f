package show

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"

	"tabletalk/internal/conversation"
	"tabletalk/internal/question"
	"tabletalk/internal/table"
)

// Answer writes an answer document: its result, how the question was read,
// what was supplied, what was left out. With sql it ends in the statement.
func (s Screen) Answer(a *conversation.Answer, sql bool) {
	switch a.Status {
	case question.Clarify:
		s.clarify(a)
		return
	case question.Refused:
		s.refused(a)
		return
	}
	if a.Result != nil && len(a.Result.Columns) > 0 {
		s.result(a)
	}
	s.model(a)
	if a.Explanation != "" {
		s.wrapped("", s.paint(bold(), Clean(a.Explanation)))
	}
	next := 1
	for _, as := range a.Assumptions {
		s.assumption(as, next)
		next += len(as.Alternatives)
	}
	if len(a.Ignored) > 0 {
		s.labelled("Ignored", quoted(a.Ignored))
	}
	for _, n := range a.Notes {
		s.labelled("Note", Clean(n))
	}
	if a.Confidence != "" && a.Confidence != string(question.High) {
		s.labelled("Confidence", strings.TrimSuffix(a.Confidence+" – "+Clean(strings.Join(a.Reasons, "; ")), " – "))
	}
	s.tries(a.Try, next)
	s.followups(a.Followups, next+len(a.Try))
	if sql && a.SQL != "" {
		s.line("")
		s.SQL(a.SQL)
	}
}

// model says what a language model had to do with an answer.
func (s Screen) model(a *conversation.Answer) {
	for _, n := range a.Notices {
		s.labelled("Notice", Clean(n.Text))
	}
	m := a.Model
	if m == nil {
		return
	}
	if m.Text != "" {
		s.wrapped("", s.paint(bold(), Clean(m.Text)))
	}
	use := fmt.Sprintf("%s, %s, $%.4f", Clean(m.Name), Count(int64(m.Calls), "call", "calls"), m.CostUSD)
	if m.Agrees != nil && *m.Agrees {
		use += "; both readings agree"
	}
	s.labelled("Model", use)
	if o := a.Other; o != nil {
		s.labelled("Read otherwise without it", strings.TrimSuffix(Clean(o.Says)+" "+Clean(o.ValueHint), " "))
	}
}

func (s Screen) labelled(label, text string) {
	s.wrapped(s.paint(accent(), label+":")+" ", text)
}

// assumption writes what was supplied; the first other reading has a number.
func (s Screen) assumption(a conversation.Assumption, first int) {
	s.labelled("Assumed", Clean(a.Text))
	for i, alt := range a.Alternatives {
		text := Clean(alt.Label)
		if alt.ValueHint != "" {
			text += " – " + Clean(alt.ValueHint)
		}
		s.offer(first+i, "  or ", text)
	}
}

// result writes the rows: a lone number in one line, anything else as a table.
func (s Screen) result(a *conversation.Answer) {
	columns := make([]table.Column, len(a.Result.Columns))
	for i, c := range a.Result.Columns {
		columns[i] = table.Column{Name: c.Name, Type: c.Type}
		if c.Unit != nil {
			columns[i].Unit = *c.Unit
		}
	}
	rows := a.Result.Rows
	switch {
	case len(rows) == 0:
		s.line("No rows.")
	case len(rows) == 1 && len(columns) == 1:
		c := columnsOf(columns, rows, a.Plan)[0]
		s.line("%s  %s", s.paint(bold(), c.cells[0]), s.paint(faint(), c.name))
	default:
		if line := s.sparkline(columnsOf(columns, rows, a.Plan), a.Plan); line != "" {
			s.line("%s", s.paint(accent(), line))
		}
		if s.Rows > 0 && len(rows) > s.Rows {
			rows = rows[:s.Rows]
		}
		shown := columnsOf(columns, rows, a.Plan)
		s.grid(shown, s.bars(shown, a.Plan))
		s.cut(a.Result, len(rows))
	}
}

// Preview writes rows as a table.
func (s Screen) Preview(rows *table.Rows) {
	if len(rows.Values) == 0 {
		s.line("No rows.")
		return
	}
	s.grid(columnsOf(rows.Columns, rows.Values, nil), nil)
}

// cut says how many rows are not on the screen.
func (s Screen) cut(r *conversation.Result, shown int) {
	more := r.RowCount - int64(shown)
	switch {
	case r.RowCount < 0 || (r.Truncated && more <= 0):
		s.wrapped("", s.paint(faint(), fmt.Sprintf("These are the first %s; there are more.", Count(int64(shown), "row", "rows"))))
	case more > 0:
		s.line("%s", s.paint(faint(), fmt.Sprintf("… and %s.", Count(more, "more row", "more rows"))))
	}
}

func (s Screen) clarify(a *conversation.Answer) {
	s.wrapped("", s.paint(bold(), Clean(a.Question)))
	for i, o := range a.Options {
		text := Clean(o.Label)
		if o.ValueHint != "" {
			text += " – " + Clean(o.ValueHint)
		}
		s.wrapped(fmt.Sprintf("  %d. ", i+1), text)
	}
}

func (s Screen) refused(a *conversation.Answer) {
	s.wrapped("", s.paint(lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Yellow), Clean(a.Reason)))
	if len(a.Words) > 0 {
		s.labelled("Not in the data", quoted(a.Words))
	}
	if len(a.Near) > 0 {
		s.labelled("Near", Clean(strings.Join(a.Near, ", ")))
	}
	s.tries(a.Try, 1)
}

// tries are questions that would be answered.
func (s Screen) tries(questions []string, first int) {
	if s.Numbered && len(questions) > 0 {
		s.line("%s", s.paint(accent(), "These would work:"))
	}
	for i, t := range questions {
		s.offer(first+i, s.paint(accent(), "Try:")+" ", Clean(t))
	}
}

func quoted(words []string) string {
	var list []string
	for _, w := range words {
		list = append(list, "“"+Clean(w)+"”")
	}
	return strings.Join(list, ", ")
}

// cleanLines is Clean for text that has lines of its own.
func cleanLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = Clean(strings.ReplaceAll(l, "\t", "  "))
	}
	return strings.Join(lines, "\n")
}

// SQL writes a statement on lines of its own.
func (s Screen) SQL(statement string) { s.line("%s", s.paint(faint(), cleanLines(statement))) }
