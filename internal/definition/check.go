package definition

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tabletalk/internal/catalog"
	"tabletalk/internal/fault"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/lexicon"
	"tabletalk/internal/question/text"
)

// Limits of what people write.
const (
	MaxPhrase = 100 // characters
	MaxWords  = 8   // of a phrase that stands inside questions
	MaxText   = 4000
)

func invalid(code, format string, args ...any) *fault.Error {
	return fault.New(fault.Invalid, code, format, args...).At("definition.check")
}

// check says whether a meaning can be used over a catalog, and completes its
// table where only one can be meant.
func check(m *Meaning, c *catalog.Catalog) error {
	m.Phrase, m.Text, m.Value = strings.TrimSpace(m.Phrase), strings.TrimSpace(m.Text), strings.TrimSpace(m.Value)
	if m.Scope == "" {
		m.Scope = ThisSession
	}
	if m.Scope != ThisSession && m.Scope != Everywhere {
		return invalid("definition_scope", "There is no scope %q; there are session and workspace.", m.Scope)
	}
	checks, ok := map[Kind][]func(*Meaning, *catalog.Catalog) error{
		Synonym:   {checkPhrase, findTable, checkColumn, checkValue, checkFree},
		Metric:    {checkPhrase, findTable, checkText, checkFree},
		Filter:    {checkPhrase, findTable, checkText, checkFree},
		Column:    {findTable, checkColumn, checkRole},
		Answer:    {checkQuestion, checkPlan},
		Forbidden: {checkPhrase, findTable, checkColumn},
	}[m.Kind]
	if !ok {
		return invalid("definition_kind", "There is no kind of definition %q.", m.Kind).
			WithHint("Kinds: synonym, metric, filter, column, answer, forbidden.")
	}
	for _, f := range checks {
		if err := f(m, c); err != nil {
			return err
		}
	}
	return nil
}

func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069'
	})
}

// checkPhrase wants words that stand for something: a word of every question,
// like "by", would spoil all others.
func checkPhrase(m *Meaning, _ *catalog.Catalog) error {
	tokens := text.Tokenize(m.Phrase)
	switch {
	case len(tokens) == 0:
		return invalid("phrase_empty", "The definition needs a word or phrase.")
	case utf8.RuneCountInString(m.Phrase) > MaxPhrase || len(tokens) > MaxWords:
		return invalid("phrase_too_long", "A phrase has at most %d words and %d characters.", MaxWords, MaxPhrase)
	case !printable(m.Phrase):
		return invalid("phrase_invalid", "The phrase holds characters that cannot be shown.")
	}
	lex := lexicon.English()
	for i, t := range tokens {
		if t.Kind == text.Word && !lex.Noise(t.Norm) && !structural(lex, tokens, i) {
			return nil
		}
	}
	return invalid("phrase_is_language", "“%s” is part of ordinary questions and cannot stand for something else.", m.Phrase)
}

func structural(lex *lexicon.Lexicon, tokens []text.Token, i int) bool {
	for _, e := range lex.At(tokens, i) {
		switch e.Tag {
		case "and", "or", "not", "by", "both", "to", "from", "than", "ref", "count", "noise", "cmp", "between":
			return true
		}
	}
	return false
}

// findTable completes a table that was not named where the session has one
// table with the column, or one table over which the text can be computed.
func findTable(m *Meaning, c *catalog.Catalog) error {
	if m.Table != "" {
		return plan.Validate(&plan.Plan{V: 1, Kind: plan.Rows, From: plan.From{Table: m.Table}}, c)
	}
	var found []string
	for i := range c.Tables {
		with := *m
		with.Table = c.Tables[i].Name
		if len(c.Tables) == 1 || m.Column != "" && c.Tables[i].Column(m.Column) != nil || m.Text != "" && checkExpression(with, c) == nil {
			found = append(found, with.Table)
		}
	}
	if len(found) != 1 {
		names := make([]string, len(c.Tables))
		for i := range c.Tables {
			names[i] = c.Tables[i].Name
		}
		return invalid("definition_table_needed", "Say which table the definition is about.").WithHint("Tables: %s.", strings.Join(names, ", "))
	}
	m.Table = found[0]
	return nil
}

// checkColumn leaves to the plan to say which columns there are.
func checkColumn(m *Meaning, c *catalog.Catalog) error {
	if m.Column == "" {
		if m.Kind == Synonym && m.Value == "" {
			return nil
		}
		return invalid("definition_column_needed", "Say which column the definition is about.")
	}
	return plan.Validate(&plan.Plan{V: 1, Kind: plan.Rows, From: plan.From{Table: m.Table},
		Select: []plan.Named{{As: m.Column, Expr: plan.Column(m.Column)}}}, c)
}

// checkValue wants a value that the column has, where its values are known.
func checkValue(m *Meaning, c *catalog.Catalog) error {
	x := c.Table(m.Table).Values
	if m.Value == "" || x == nil {
		return nil
	}
	for _, h := range x.Phrase(text.Words(m.Value)) {
		if h.Column == m.Column && strings.EqualFold(h.Value, m.Value) {
			m.Value = h.Value
			return nil
		}
	}
	if !x.Complete(m.Column) {
		return nil // a rare value may have been left out of the index
	}
	var names []string
	for _, h := range x.Values(m.Column, 5) {
		names = append(names, h.Value)
	}
	return invalid("value_unknown", "No row has “%s” in “%s”.", m.Value, m.Column).WithHint("Values: %s.", strings.Join(names, ", "))
}

// checkFree refuses a name that a column of the table has: a question could
// not tell the two apart.
func checkFree(m *Meaning, c *catalog.Catalog) error {
	for _, col := range c.Table(m.Table).Columns {
		if !col.Hidden && col.Name != m.Column && words(strings.ReplaceAll(col.Name, "_", " ")) == words(m.Phrase) {
			return fault.New(fault.Conflict, "phrase_taken", "The table already has a column called “%s”.", col.Name).
				WithHint("Choose another phrase, or hide that column first.").At("definition.check")
		}
	}
	return nil
}

func checkText(m *Meaning, c *catalog.Catalog) error { return checkExpression(*m, c) }

// checkExpression computes nothing; it asks the plan's own check.
func checkExpression(m Meaning, c *catalog.Catalog) error {
	if m.Text == "" || len(m.Text) > MaxText {
		return invalid("definition_text", "The definition needs an expression of at most %d characters.", MaxText).
			WithHint("Like: sum(revenue) / count(distinct order_id), or: profit < 0.")
	}
	e, err := plan.ParseExpr(m.Text)
	if err != nil {
		return err
	}
	p := &plan.Plan{V: 1, From: plan.From{Table: m.Table}}
	if m.Kind == Filter {
		p.Kind, p.Where = plan.Rows, e
		return plan.Validate(p, c)
	}
	p.Kind, p.Measures = plan.Scalar, []plan.Named{{As: "value", Expr: e}}
	return plan.Validate(p, c)
}

var aggregates = []string{"sum", "avg", "median", "min", "max"}

var roles = []catalog.Role{catalog.ID, catalog.Measure, catalog.Rate, catalog.Price, catalog.Dimension, catalog.Time, catalog.Geo, catalog.URL, catalog.Text, catalog.Flag}

func checkRole(m *Meaning, c *catalog.Catalog) error {
	col := c.Table(m.Table).Column(m.Column)
	role := m.Role
	if role == "" {
		role = col.Role
	}
	switch {
	case m.Role == "" && m.Aggregate == "" && !m.Hidden && !m.Private:
		return invalid("definition_empty", "Say what the column is for, how it is summed up, or that it is hidden or private.")
	case m.Role != "" && !slices.Contains(roles, m.Role):
		return invalid("role_unknown", "There is no role %q.", m.Role).WithHint("Roles: id, measure, rate, price, dimension, time, geo, url, text, flag.")
	case (m.Role == catalog.Measure || m.Role == catalog.Rate || m.Role == catalog.Price || m.Aggregate != "") && !col.Type.Numeric():
		return invalid("role_needs_number", "“%s” holds no numbers: it cannot be summed up.", m.Column)
	case m.Role == catalog.Time && !col.Type.Temporal() && !col.Type.Numeric():
		return invalid("role_needs_date", "“%s” holds no dates.", m.Column)
	case m.Aggregate != "" && !slices.Contains(aggregates, m.Aggregate):
		return invalid("aggregate_unknown", "There is no aggregate %q.", m.Aggregate).WithHint("Aggregates: %s.", strings.Join(aggregates, ", "))
	case m.Aggregate != "" && role == catalog.ID:
		return invalid("aggregate_of_id", "“%s” names things: it is counted, not summed up.", m.Column).WithHint("Give it the role measure first, if it is an amount.")
	}
	return nil
}

func checkQuestion(m *Meaning, _ *catalog.Catalog) error {
	if catalog.Phrase(m.Phrase) == "" {
		return invalid("phrase_empty", "The definition needs a question.")
	}
	if len(m.Phrase) > MaxText || !printable(strings.Join(strings.Fields(m.Phrase), " ")) {
		return invalid("phrase_invalid", "The question is too long or holds characters that cannot be shown.")
	}
	return nil
}

func checkPlan(m *Meaning, c *catalog.Catalog) error {
	p, err := plan.Parse(m.Text)
	if err != nil {
		return err
	}
	return plan.Validate(p, c)
}
