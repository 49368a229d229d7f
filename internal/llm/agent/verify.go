package agent

import (
	"fmt"
	"regexp"
	"strings"

	"tabletalk/internal/table"
)

// maxText is how long the text of an answer may be.
const maxText = 1500

// verify puts the cells into a text, and says what in it may not stand: then
// nobody sees it.
func (a *run) verify(text string) (shown string, wrong []string) {
	if len(text) > maxText {
		wrong = append(wrong, "the answer is longer than three sentences")
	}
	var parts []string
	for _, s := range sentences(text) {
		said, bad := a.sentence(s)
		parts, wrong = append(parts, said), append(wrong, bad...)
	}
	return strings.Join(parts, " "), wrong
}

// sentence checks one sentence of an answer.
func (a *run) sentence(s string) (shown string, wrong []string) {
	s = strings.TrimSpace(plainText(s))
	shown, refs, wrong := a.resolve(s)
	said := refForm.ReplaceAllString(s, " ")
	bare := masked.ReplaceAllString(said, " ")
	wrong = append(wrong, a.bareNumbers(bare)...)
	wrong = append(wrong, markup(bare)...)
	wrong = append(wrong, names(a.mask.show(said), refs)...)
	wrong = append(wrong, claims(bare, refs)...)
	shown = a.mask.show(shown)
	if left := masked.FindString(shown); left != "" {
		wrong = append(wrong, left+" stands for nothing")
	}
	return shown, wrong
}

// plain is a short text of the model's that holds no value of a result.
func (a *run) plain(s string) string {
	s = strings.Join(strings.Fields(plainText(s)), " ")
	if r := []rune(s); len(r) > 300 {
		s = string(r[:299]) + "…"
	}
	return a.mask.show(s)
}

// plainText takes marks of emphasis and of lists off a text.
func plainText(s string) string {
	return strings.NewReplacer("**", "", "__", "", "`", "").Replace(clean(s))
}

// sentences cuts a text where one ends; what stands in references is not cut.
func sentences(text string) (list []string) {
	depth, start := 0, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '[':
			depth++
		case c == ']':
			depth--
		case depth <= 0 && (c == '\n' || (c == '.' || c == '!' || c == '?') && i+1 < len(text) && (text[i+1] == ' ' || text[i+1] == '\n')):
			depth = 0
			list = append(list, text[start:i+1])
			start = i + 1
		}
	}
	list = append(list, text[start:])
	out := list[:0]
	for _, s := range list {
		if strings.TrimSpace(s) != "" {
			out = append(out, s)
		}
	}
	return out
}

var (
	numeral = regexp.MustCompile(`[\p{L}\p{N}.,'’%/:-]*\p{N}[\p{L}\p{N}.,'’%/:-]*`)
	counted = regexp.MustCompile(`(?i)\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|hundreds|thousand|thousands|million|millions|billion|billions|dozen|half|twice|double|doubled|triple|tripled|quarter of|third of|percent)\b`)
)

// bareNumbers are the numbers that the model wrote itself. What the question
// or the plan says may be said again.
func (a *run) bareNumbers(bare string) (wrong []string) {
	known := a.knownNumbers()
	for _, n := range numeral.FindAllString(bare, -1) {
		if !known[number(n)] {
			wrong = append(wrong, fmt.Sprintf("%s is a number of your own: refer to a cell", quoted(short(n))))
		}
	}
	said := strings.ToLower(a.Question)
	for _, w := range counted.FindAllString(bare, -1) {
		if !strings.Contains(said, strings.ToLower(w)) {
			wrong = append(wrong, fmt.Sprintf("%s is a number of your own: refer to a cell", quoted(w)))
		}
	}
	return wrong
}

func (a *run) knownNumbers() map[string]bool {
	known := map[string]bool{}
	texts := []string{a.Question}
	for i := range a.results {
		r := &a.results[i]
		texts = append(texts, r.terms)
		for _, c := range r.rows.Columns {
			texts = append(texts, c.Name)
		}
	}
	for _, t := range texts {
		for _, n := range numeral.FindAllString(t, -1) {
			known[number(n)] = true
			for _, part := range strings.FieldsFunc(n, func(r rune) bool { return r == '-' || r == '.' && strings.Contains(n, "..") }) {
				known[number(part)] = true // the year of a date
			}
		}
	}
	return known
}

// number folds a numeral, so that "1,000" is "1000" and "2024." is "2024".
func number(s string) string {
	s = strings.Trim(strings.ToLower(s), ".,'’:/-")
	return strings.NewReplacer(",", "", "'", "", "’", "").Replace(s)
}

var markupForm = regexp.MustCompile(`(?i)https?:|www\.|javascript:|data:|!\[|\]\(|<[a-z/!]`)

// markup is what a text for people does not hold: it could make a page load
// something, or lead somewhere.
func markup(bare string) (wrong []string) {
	if m := markupForm.FindString(bare); m != "" {
		wrong = append(wrong, fmt.Sprintf("%s: no links, images or markup", quoted(m)))
	}
	return wrong
}

// names are values of a result that a sentence says in its own words, though
// none of the rows that it refers to has them.
func names(bare string, refs []ref) (wrong []string) {
	for value := range keysIn(bare, refs) {
		wrong = append(wrong, fmt.Sprintf("%s is not in the rows that the sentence refers to: refer to its cell", quoted(short(value))))
	}
	return wrong
}

// looked is how many rows of a result are compared with a sentence.
const looked = 500

func keysIn(bare string, refs []ref) map[string]bool {
	said, had := map[string]bool{}, map[string]bool{}
	for _, r := range refs {
		for n, row := range r.result.rows.Values[:min(len(r.result.rows.Values), looked)] {
			for _, v := range row {
				s, ok := v.(string)
				if !ok || len([]rune(s)) < 3 || !saysWord(bare, s) {
					continue
				}
				if said[s] = true; n == r.row {
					had[s] = true
				}
			}
		}
	}
	for s := range had {
		delete(said, s)
	}
	return said
}

// saysWord reports whether a text holds a value as words of its own.
func saysWord(s, value string) bool {
	for from := 0; ; {
		i := strings.Index(s[from:], value)
		if i < 0 {
			return false
		}
		i += from
		if !letterAt(s, i-1) && !letterAt(s, i+len(value)) {
			return true
		}
		from = i + 1
	}
}

func letterAt(s string, i int) bool {
	return i >= 0 && i < len(s) && (s[i] >= 'a' && s[i] <= 'z' || s[i] >= 'A' && s[i] <= 'Z' || s[i] >= '0' && s[i] <= '9' || s[i] >= 0x80)
}

var (
	highest = regexp.MustCompile(`(?i)\b(highest|largest|biggest|greatest|strongest|maximum|the most|best)\b`)
	lowest  = regexp.MustCompile(`(?i)\b(lowest|smallest|weakest|minimum|the least|the fewest|worst)\b`)
	rising  = regexp.MustCompile(`(?i)\b(rose|risen|increased?|grew|grown|growth|gained)\b`)
	falling = regexp.MustCompile(`(?i)\b(fell|fallen|decreased?|dropped|declined?|shrank|lost)\b`)
	changes = regexp.MustCompile(`(?i)change|difference|growth`)
)

// claims are comparisons that the result does not bear out.
func claims(bare string, refs []ref) (wrong []string) {
	if high, low := highest.MatchString(bare), lowest.MatchString(bare); high != low && !bornOut(refs, high) {
		wrong = append(wrong, "no cell that the sentence refers to is the extreme that it speaks of")
	}
	up, down := rising.MatchString(bare), falling.MatchString(bare)
	for _, r := range refs {
		if v, ok := r.number(); ok && up != down && changes.MatchString(r.result.rows.Columns[r.column].Name) && (up && v < 0 || down && v > 0) {
			wrong = append(wrong, fmt.Sprintf("column %s goes the other way than the sentence says", quoted(short(r.result.rows.Columns[r.column].Name))))
		}
	}
	return wrong
}

// number is the cell, where it is a number.
func (r ref) number() (float64, bool) {
	if r.row < 0 {
		return 0, false
	}
	return table.Number(r.result.rows.Values[r.row][r.column])
}

// bornOut reports whether an extreme is among the cells; where no number is,
// whether the one column of numbers has it in one of their rows.
func bornOut(refs []ref, largest bool) bool {
	numbers, rows := 0, 0
	for _, r := range refs {
		if v, ok := r.number(); ok {
			if numbers++; r.extreme(v, largest) {
				return true
			}
		}
	}
	for _, r := range refs {
		measure := r.result.measure()
		if numbers > 0 || r.row < 0 || measure < 0 {
			continue
		}
		rows++
		cell := ref{result: r.result, row: r.row, column: measure}
		if v, ok := cell.number(); ok && cell.extreme(v, largest) {
			return true
		}
	}
	return numbers == 0 && rows == 0
}

// measure is the one column of numbers of a result; -1 where there are others.
func (r *result) measure() int {
	found := -1
	for i, c := range r.rows.Columns {
		if c.Type.Numeric() {
			if found >= 0 {
				return -1
			}
			found = i
		}
	}
	return found
}

// extreme reports whether v is the largest, or the smallest, of its column.
func (r ref) extreme(v float64, largest bool) bool {
	for _, row := range r.result.rows.Values {
		if other, ok := table.Number(row[r.column]); ok && (largest && other > v || !largest && other < v) {
			return false
		}
	}
	return true
}

// mend asks the model to put its text right.
func mend(wrong []string) string {
	return "Nobody saw that answer, for this is wrong with it:\n- " + strings.Join(wrong[:min(len(wrong), 8)], "\n- ") + "\nWrite the sentences again, with references to cells."
}
