package ingest

import (
	"fmt"
	"path/filepath"
	"sort"
	"strings"
	"unicode"
)

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

func quoteAll(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = fmt.Sprintf("%q", w)
	}
	return out
}

// nameWords cuts a column name into lower-case words: "unitPrice_EUR" gives
// unit, price, eur.
func nameWords(name string) []string {
	var words []string
	var cur strings.Builder
	flush := func() {
		if cur.Len() > 0 {
			words = append(words, strings.ToLower(cur.String()))
			cur.Reset()
		}
	}
	lowerBefore := false
	for _, r := range name {
		switch {
		case unicode.IsLetter(r):
			if unicode.IsUpper(r) && lowerBefore {
				flush()
			}
			cur.WriteRune(r)
		case unicode.IsDigit(r):
			cur.WriteRune(r)
		default:
			flush()
			if r == '%' {
				words = append(words, "%")
			}
		}
		lowerBefore = unicode.IsLower(r) || unicode.IsDigit(r)
	}
	flush()
	return words
}

// hasWord reports whether the name holds one of the words.
func hasWord(name string, set map[string]bool) string {
	for _, w := range nameWords(name) {
		if set[w] {
			return w
		}
	}
	return ""
}

var (
	dateWords  = wordSet("date", "day", "datum", "fecha", "dt", "dob", "birthday", "yyyymmdd", "ymd")
	moneyWords = wordSet("price", "cost", "costs", "amount", "revenue", "sales", "total", "subtotal", "fee", "fees", "salary", "wage", "income", "budget", "balance",
		"payment", "paid", "profit", "tax", "vat", "tip", "bill", "freight", "credit", "debit", "spend", "spent", "usd", "eur", "gbp", "money", "fare", "value",
		"turnover", "invoice", "refund", "bonus", "rent", "msrp", "gross", "net", "betrag", "preis", "umsatz", "kosten", "precio", "prix", "montant")
	flagWords = wordSet("is", "has", "was", "can", "did", "does", "should", "flag", "active", "enabled", "deleted", "returned", "survived", "discontinued", "cancelled", "canceled", "completed", "verified", "subscribed", "fraud", "defaulted", "approved", "enrolled", "churn", "churned", "valid", "paid")
)

func dateName(name string) bool { return hasWord(name, dateWords) != "" }

// moneyName reports names of amounts of money; a length is none, whatever else
// the name says.
func moneyName(name string) bool {
	unit := unitWords[lastWord(name)]
	return hasWord(name, moneyWords) != "" && (unit == "" || len(unit) == 3 && unit == strings.ToUpper(unit))
}

func flagName(name string) bool { return hasWord(name, flagWords) != "" }

// maxName is how long the name of a column may be, in bytes.
const maxName = 255

// columnNames makes the names of a header usable: trimmed, without control
// characters, none empty, none twice. What was changed is noted.
func columnNames(cells []string) (names []string, notes []Note) {
	taken := map[string]bool{}
	for i, cell := range cells {
		name := cleanName(cell)
		if name == "" {
			name = fmt.Sprintf("column_%d", i+1)
			notes = append(notes, Note{Code: "renamed_column", Text: fmt.Sprintf("Column %d has no name; it is called %q.", i+1, unique(name, taken))})
		} else if u := unique(name, taken); u != name {
			notes = append(notes, Note{Code: "renamed_column", Text: fmt.Sprintf("The name %q occurs twice; column %d is called %q.", name, i+1, u)})
		}
		name = unique(name, taken)
		taken[strings.ToLower(name)] = true
		names = append(names, name)
	}
	return names, notes
}

// unique appends _2, _3 … until the name is free, without regard to case.
func unique(name string, taken map[string]bool) string {
	u := name
	for n := 2; taken[strings.ToLower(u)]; n++ {
		u = fmt.Sprintf("%s_%d", name, n)
	}
	return u
}

// cleanText makes a text safe to show on one line.
func cleanText(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r):
			return ' '
		case r >= 0x200b && r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff:
			return -1 // marks that change the direction of text, and invisible ones
		}
		return r
	}, s)
}

// cleanName drops what no name should hold: control and format characters,
// broken bytes, blanks at the ends.
func cleanName(s string) string {
	s = strings.TrimSpace(cleanText(s))
	if len(s) > maxName {
		s = strings.TrimSuffix(clip(s, maxName-3), "…")
	}
	return s
}

// TableName makes a name that is easy to write in SQL from the name of a file
// or sheet, and that is not in taken: "My Orders (2).csv" gives my_orders_2.
func TableName(file string, taken []string) string {
	base := filepath.Base(strings.ReplaceAll(file, `\`, "/"))
	for _, ext := range []string{".gz", ".zst", ".bz2", ".zip"} {
		base = cutSuffixFold(base, ext)
	}
	if ext := filepath.Ext(base); len(ext) > 1 && len(ext) <= 8 {
		base = strings.TrimSuffix(base, ext)
	}
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(base) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			if gap && b.Len() > 0 {
				b.WriteByte('_')
			}
			b.WriteRune(r)
			gap = false
			continue
		}
		gap = true
	}
	name := strings.TrimSuffix(clip(b.String(), 60), "…")
	if name == "" {
		name = "table"
	}
	if name[0] >= '0' && name[0] <= '9' {
		name = "t_" + name
	}
	set := map[string]bool{}
	for _, t := range taken {
		set[strings.ToLower(t)] = true
	}
	return unique(name, set)
}

func cutSuffixFold(s, suffix string) string {
	if len(s) > len(suffix) && strings.EqualFold(s[len(s)-len(suffix):], suffix) {
		return s[:len(s)-len(suffix)]
	}
	return s
}

// countOf words a number of things.
func countOf(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
