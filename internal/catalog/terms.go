package catalog

import "strings"

// Kinds of terms.
const (
	TermSynonym   = "synonym"   // another name of a column, of a value (Text) of it, or of a table
	TermMetric    = "metric"    // Text is an expression over groups of rows
	TermFilter    = "filter"    // Text is a condition on rows
	TermForbidden = "forbidden" // the phrase never means the column
	TermAnswer    = "answer"    // the phrase, as Phrase folds it, is a whole question; Text is its plan
)

// Phrase folds a question so that the same one typed again is the same text:
// letter case, space between words and marks at the end do not count.
func Phrase(question string) string {
	return strings.TrimRight(strings.ToLower(strings.Join(strings.Fields(question), " ")), "?!. ")
}

// Confirmed gives the plan's text that people confirmed for a question; empty
// where they did not.
func (c *Catalog) Confirmed(question string) string {
	phrase := Phrase(question)
	for i := range c.Terms {
		if t := &c.Terms[i]; t.Kind == TermAnswer && t.Phrase == phrase {
			return t.Text
		}
	}
	return ""
}
