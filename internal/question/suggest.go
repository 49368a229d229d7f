package question

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/lexicon"
	"tabletalk/internal/question/link"
	"tabletalk/internal/table"
)

// Suggest gives up to n questions that are answered over the catalog, best
// first. With a text it gives questions that begin with it: what is typed
// there, made whole by a name or value of the data, or gone on with. With a
// history they are such as go on from the last question.
func Suggest(in Input, n int) []string {
	if in.Catalog == nil || len(in.Catalog.Tables) == 0 || n <= 0 || !utf8.ValidString(in.Text) {
		return nil
	}
	typed := strings.TrimLeftFunc(in.Text, unicode.IsSpace)
	var begun []string
	offered := append(openings(in.Catalog), beginnings(in.Catalog)...)
	if typed != "" {
		offered = append(in.ongoings(), offered...)
	}
	for _, q := range offered {
		if len(q) > len(typed) && strings.EqualFold(q[:len(typed)], typed) && !slices.Contains(begun, q) {
			begun = append(begun, q)
		}
	}
	if typed == "" {
		return in.Surest(begun, n)
	}
	whole := begun
	for _, q := range in.completions(typed) {
		if !slices.Contains(whole, q) {
			whole = append(whole, q)
		}
	}
	return in.Understood(whole, n, Medium)
}

// maxTried is how many questions are read to find those that work.
const maxTried = 14

// Surest are those of the questions that would be answered with high
// confidence, or where there are none, with medium.
func (in Input) Surest(questions []string, n int) []string {
	sure, others := in.parted(questions, n)
	if len(sure) == 0 {
		sure = others
	}
	return sure[:min(len(sure), n)]
}

// Understood are at most n of the questions, those that would be answered with
// every word and at least so surely, the surest first.
func (in Input) Understood(questions []string, n int, least Confidence) []string {
	sure, others := in.parted(questions, n)
	if least != High {
		sure = append(sure, others...)
	}
	return sure[:min(len(sure), n)]
}

// parted reads questions that are offered, over one schema, until n of them
// are surely answered with every word; the others are those of medium
// confidence that were read by then.
func (in Input) parted(questions []string, n int) (sure, others []string) {
	if in.schema == nil && in.Catalog != nil {
		in.schema = link.NewSchema(in.Catalog, lexicon.English())
	}
	for _, q := range questions[:min(len(questions), maxTried)] {
		if in.Text = q; len(sure) == n {
			break
		}
		switch in.settled() {
		case High:
			sure = append(sure, q)
		case Medium:
			others = append(others, q)
		}
	}
	return sure, others
}

// settled is how sure the answer to a question is that uses every word, and
// on which the data has no say; Low where there is none.
func (in Input) settled() Confidence {
	o := Understand(in)
	d := Decide(o, nil)
	if d.Status != Answered || len(d.Reading.Ignored) > 0 || slices.ContainsFunc(o.Words, func(w Word) bool { return w.Kind == "unknown" }) {
		return Low
	}
	if d.Reading.Confidence != High && len(o.Probes) > 0 {
		return Low
	}
	return d.Reading.Confidence
}

// beginnings are further questions that are offered only when they are begun.
func beginnings(c *catalog.Catalog) []string {
	var out []string
	for i := range c.Tables {
		x := traitsOf(&c.Tables[i])
		kind := x.kind(0)
		if kind == "" {
			continue
		}
		for _, amount := range x.amounts[:min(len(x.amounts), 4)] {
			out = append(out, amount+" by "+kind, "average "+amount+" by "+kind, "median "+amount+" by "+kind, "share of "+amount+" by "+kind, "which "+kind+" has the highest "+amount)
			if x.date != "" {
				out = append(out, amount+" by "+x.grain)
			}
		}
	}
	return out
}

// ongoings are short questions that go on from the last one, over its table.
func (in Input) ongoings() []string {
	if len(in.History) == 0 || in.History[len(in.History)-1].Plan == nil {
		return nil
	}
	last := in.History[len(in.History)-1].Plan
	t := in.Catalog.Table(last.From.Table)
	if t == nil {
		return nil
	}
	x := traitsOf(t)
	values := commonest(t)
	var out []string
	each := func(before string, list []string) {
		for _, v := range list {
			out = append(out, before+v)
		}
	}
	each("only ", values)
	each("what about ", values)
	each("without ", values)
	keys := slices.DeleteFunc(slices.Clone(x.kinds), func(k string) bool { // it is there already
		return slices.ContainsFunc(last.Group, func(g plan.Named) bool { return g.Expr.Op == plan.OpCol && words(g.Expr.Col.Name) == k })
	})
	keys = keys[:min(len(keys), 4)]
	if x.date != "" {
		keys = append(keys, x.grain)
	}
	each("by ", keys)
	each("and by ", keys)
	each("in ", yearsOf(t))
	each("only in ", yearsOf(t))
	each("as a ", []string{"bar chart", "line chart", "pie chart", "table"})
	return append(out, "top 3", "top 5")
}

// commonest are the first values of the columns that make few groups.
func commonest(t *catalog.Table) []string {
	const columns, each = 3, 3
	var out []string
	tried := 0
	for _, c := range t.Columns {
		few := c.Type == table.String && c.Stats.Distinct > 1 && c.Stats.Distinct <= mostKinds
		if c.Hidden || !few || c.Role != catalog.Dimension && c.Role != catalog.Geo {
			continue
		}
		for _, h := range t.Values.Values(c.Name, each) {
			if v := strings.TrimSpace(h.Value); v != "" && len(v) <= 60 {
				out = append(out, v)
			}
		}
		if tried++; tried == columns {
			break
		}
	}
	return out
}

// yearsOf are the years of the first date of a table, the last first.
func yearsOf(t *catalog.Table) []string {
	for _, c := range t.Columns {
		if c.Hidden || !c.Type.Temporal() {
			continue
		}
		from, to := day(c.Stats.Min), day(c.Stats.Max)
		if from.IsZero() || to.IsZero() {
			return nil
		}
		var out []string
		for y := to.Year(); y >= from.Year() && len(out) < 4; y-- {
			out = append(out, strconv.Itoa(y))
		}
		return out
	}
	return nil
}

// slot is what may stand at a place of a question.
type slot int

const (
	anything slot = iota
	aKey          // after "by"
	anAmount      // after "average"
	aValue        // after "in"
	aCount        // after "number of"
	aRanked       // after "top 5"
)

var slotsAfter = map[string]slot{
	"by": aKey, "per": aKey, "each": aKey, "every": aKey,
	"total": anAmount, "average": anAmount, "avg": anAmount, "mean": anAmount, "median": anAmount, "sum": anAmount, "highest": anAmount, "lowest": anAmount,
	"maximum": anAmount, "minimum": anAmount, "least": anAmount, "most": anAmount,
	"in": aValue, "for": aValue, "only": aValue, "from": aValue, "is": aValue, "not": aValue, "except": aValue, "without": aValue, "about": aValue,
	"many": aCount,
}

// slotAfter tells what may follow words that are whole.
func slotAfter(before []string) slot {
	last := func(i int) string {
		if len(before) < i {
			return ""
		}
		return before[len(before)-i]
	}
	switch w := last(1); {
	case w == "of" && (last(2) == "number" || last(2) == "count"):
		return aCount
	case w == "of" && slotsAfter[last(2)] == anAmount:
		return anAmount
	case strings.Trim(w, "0123456789") == "" && w != "" && (last(2) == "top" || last(2) == "bottom"):
		return aRanked
	default:
		return slotsAfter[w]
	}
}

// longestName is how many words at the end of a text may be a name begun.
const longestName = 3

// completions end the last words of a text with names and values that begin
// with them, and go on from a text that is whole.
func (in Input) completions(typed string) []string {
	fields := strings.Fields(strings.ToLower(typed))
	open := strings.TrimRightFunc(typed, unicode.IsSpace) != typed
	var out []string
	if open {
		out = append(out, in.fills(typed, fields, "")...)
	}
	for k := min(longestName, len(fields)); k >= 1 && !open; k-- {
		part := strings.Join(fields[len(fields)-k:], " ")
		if at := lastWords(typed, k); strings.EqualFold(typed[at:], part) {
			out = append(out, in.fills(typed[:at], fields[:len(fields)-k], part)...)
		}
	}
	return append(out, in.continued(strings.TrimSpace(typed))...)
}

// lastWords is where the last k words of a text begin.
func lastWords(s string, k int) int {
	at := len(s)
	for range k {
		at = strings.LastIndexFunc(strings.TrimRightFunc(s[:at], unicode.IsSpace), unicode.IsSpace) + 1
	}
	return at
}

// fills are the texts in which a name of the data stands where part was typed.
func (in Input) fills(before string, fields []string, part string) []string {
	where := slotAfter(fields)
	if part == "" && where == anything {
		return nil
	}
	var out []string
	for i := range in.Catalog.Tables {
		for _, name := range namesFor(in.Catalog, &in.Catalog.Tables[i], where, part) {
			if q := before + name; !slices.Contains(out, q) {
				out = append(out, q)
			}
		}
	}
	return out
}

// namesFor are the names and values of a table that begin with part and can
// stand at a place.
func namesFor(c *catalog.Catalog, t *catalog.Table, where slot, part string) []string {
	x := traitsOf(t)
	var list []string
	switch where {
	case aKey:
		list = x.kinds
		if x.date != "" {
			list = append(slices.Clone(list), "day", "week", "month", "quarter", "year")
		}
		if x.named != "" && !slices.Contains(list, x.named) {
			list = append(list, x.named)
		}
	case anAmount:
		list = x.amounts
	case aValue:
		return valuesLike(t, part)
	case aCount:
		list = append([]string{"rows", words(t.Name), plan.Plural(x.named)}, plurals(x.kinds)...)
	case aRanked:
		for _, name := range append([]string{x.named}, x.kinds...) {
			if name != "" && x.amount != "" {
				list = append(list, plan.Plural(name)+" by "+x.amount)
			}
		}
	default:
		list = append(append(append(slices.Clone(x.amounts), x.kinds...), x.summed()...), valuesLike(t, part)...)
	}
	return slices.DeleteFunc(slices.Clone(list), func(name string) bool {
		return len(name) <= len(part) || !strings.EqualFold(name[:len(part)], part)
	})
}

// summed are the first amounts, each as it is summed up.
func (x traits) summed() []string {
	var out []string
	for _, how := range []string{"average ", "total ", "median ", "highest ", "lowest "} {
		for _, amount := range x.amounts[:min(len(x.amounts), 4)] {
			if !strings.HasPrefix(amount, how) {
				out = append(out, how+amount)
			}
		}
	}
	return out
}

func plurals(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = plan.Plural(n)
	}
	return out
}

// valuesLike are values of a table that begin with part, which has at least
// two letters; first those of columns with few, which are asked about more.
func valuesLike(t *catalog.Table, part string) []string {
	if len(part) < 2 {
		return nil
	}
	columns := slices.DeleteFunc(slices.Clone(t.Columns), func(c catalog.Column) bool { return c.Hidden || c.Type != table.String })
	slices.SortStableFunc(columns, func(a, b catalog.Column) int { return cmp.Compare(a.Stats.Distinct, b.Stats.Distinct) })
	var out []string
	for _, c := range columns {
		for _, h := range t.Values.Values(c.Name, 300) {
			long := len(h.Value) > 60 || len(h.Value) <= len(part)
			if !long && strings.EqualFold(h.Value[:len(part)], part) && len(out) < maxTried {
				out = append(out, h.Value)
			}
		}
	}
	return out
}

// continued goes on from a text whose last word is whole: with a way to
// group it, where it has none yet.
func (in Input) continued(typed string) []string {
	in.Text = typed
	o := Understand(in)
	if len(o.Words) == 0 || slices.ContainsFunc(o.Words, func(w Word) bool { return w.Kind == "group" || w.Kind == "unknown" }) {
		return nil
	}
	switch last := o.Words[len(o.Words)-1]; last.Kind {
	case "column", "metric", "value", "date":
	default:
		return nil
	}
	var out []string
	for i := range in.Catalog.Tables {
		x := traitsOf(&in.Catalog.Tables[i])
		for _, key := range x.kinds[:min(len(x.kinds), 3)] {
			out = append(out, typed+" by "+key)
		}
		if x.date != "" {
			out = append(out, typed+" by "+x.grain)
		}
	}
	return out
}
