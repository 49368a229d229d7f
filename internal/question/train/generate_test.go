package train

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"tabletalk/internal/plan"
)

// meaning is what a question asks, as far as it decides its answer.
type meaning struct {
	where    []*plan.Expr
	having   *plan.Expr
	group    []string
	measures []*plan.Expr
	columns  []string
	instead  []string // columns that do as well: another name of the things
	distinct bool
	all      bool     // every column of the rows
	both     bool     // what has the one and the other
	nothing  bool     // there is no answer in the data
	names    []string // columns that only one row has a value of
	order    *plan.Expr
	desc     bool
	limit    int
}

// sampler makes questions over one schema.
type sampler struct {
	*rand.Rand
	*schema
}

// question is a text and what it means.
type question struct {
	schema *schema
	text   string
	means  meaning
}

// sample makes n questions, the same for the same seed.
func sample(list []*schema, seed uint64, n int) []question {
	r := rand.New(rand.NewPCG(seed, 17))
	out := make([]question, 0, n)
	for i := range n {
		s := sampler{r, list[i%len(list)]}
		text, means := s.families()[r.IntN(len(s.families()))]()
		for _, f := range s.of("name") {
			means.names = append(means.names, f.name)
		}
		out = append(out, question{s.schema, s.spoken(text, &means), means})
	}
	return out
}

func (s sampler) families() []func() (string, meaning) {
	return []func() (string, meaning){s.listing, s.listing, s.values, s.howMany, s.total, s.total, s.byGroup, s.byGroup, s.countByGroup, s.countByGroup,
		s.most, s.most, s.topGroups, s.having, s.either, s.compared, s.details, s.amount, s.best, s.absent, s.oneOf, s.sorted, s.sorted}
}

// one picks one of the words.
func (s sampler) one(list ...string) string { return list[s.IntN(len(list))] }

// chance is true in so many of a hundred.
func (s sampler) chance(percent int) bool { return s.IntN(100) < percent }

func (s sampler) field(kinds ...string) field {
	list := s.of(kinds...)
	if len(list) == 0 {
		list = s.of("dim")
	}
	return list[s.IntN(len(list))]
}

// call says a field: by its first name most often, sometimes by another.
func (s sampler) call(f field) string {
	if s.chance(75) {
		return f.said[0]
	}
	return s.one(f.said...)
}

func plural(s string) string { return plan.Plural(s) }

// rows says what the rows are called.
func (s sampler) things() string {
	if s.chance(86) {
		return plural(s.noun)
	}
	return s.one(s.nouns...)
}

func col(f field) *plan.Expr { return plan.Column(f.name) }

func (f field) is(v string) *plan.Expr { return plan.Make(plan.OpEq, col(f), plan.Text(v)) }

func (s sampler) value(f field) string { return f.values[s.IntN(len(f.values))] }

// saidValue says a value: whole, or a part of it.
func (s sampler) saidValue(v string) string {
	if words := strings.Fields(v); len(words) > 1 && s.chance(15) {
		return words[s.IntN(len(words))]
	}
	return v
}

// filter restricts rows: what is said behind them, and the condition. Of a
// thing with many rows an amount is its total, which is another meaning.
func (s sampler) filter(amounts bool) (string, *plan.Expr) {
	d := s.field("dim")
	v := s.value(d)
	kinds := 5
	if amounts {
		kinds = 7
	}
	switch said := s.saidValue(v); s.IntN(kinds) {
	case 0:
		return "in " + said, d.is(v)
	case 1:
		return "with " + s.call(d) + " " + said, d.is(v)
	case 2:
		return "whose " + s.call(d) + " is " + said, d.is(v)
	case 3:
		return "of the " + said + " " + s.call(d), d.is(v)
	case 4:
		return s.one("recorded", "kept", "found", "listed") + " for " + said, d.is(v)
	case 5, 6:
		n := s.field("num")
		k := n.low + s.Int64N(n.high-n.low)
		if s.chance(50) {
			return fmt.Sprintf("with %s %s %d", s.call(n), s.one("above", "over", "greater than", "higher than"), k), plan.Make(plan.OpGt, col(n), plan.Int(k))
		}
		return fmt.Sprintf("with %s %s %d", s.call(n), s.one("below", "under", "less than"), k), plan.Make(plan.OpLt, col(n), plan.Int(k))
	}
	return "for " + v, d.is(v)
}

// asks reports whether a column is what the question asks for.
func (m *meaning) asks(column string) bool {
	return slices.Contains(m.columns, column) || slices.Contains(m.group, column) || slices.ContainsFunc(m.measures, func(e *plan.Expr) bool {
		return slices.ContainsFunc(e.Columns(), func(c plan.Col) bool { return c.Name == column })
	})
}

// maybeFilter restricts rows in so many of a hundred questions.
func (s sampler) maybeFilter(percent int, m *meaning) string {
	if !s.chance(percent) {
		return ""
	}
	said, e := s.filter(!m.distinct && len(m.group) == 0 && m.having == nil)
	if m.asks(e.Args[0].Col.Name) {
		return "" // nobody asks for the genres of what has one genre
	}
	m.where = append(m.where, e)
	return " " + said
}

// listing asks for columns of the rows.
func (s sampler) listing() (string, meaning) {
	a, b := s.field("name", "dim", "many", "num", "date"), s.field("num", "dim", "many", "date", "year")
	m := meaning{columns: []string{a.name}, distinct: a.kind == "dim" && s.chance(70) || a.kind == "many" && s.chance(50)}
	asked := plural(s.call(a))
	if a.name != b.name && s.chance(50) {
		m.columns, m.distinct, asked = append(m.columns, b.name), false, s.call(a)+" and "+s.call(b)
	}
	ask := s.one("show the", "list the", "what are the", "give me the", "find the")
	of := s.one("of", "of all", "for", "for all", "of the") + " " + s.things()
	return ask + " " + asked + " " + of + s.maybeFilter(45, &m), m
}

// values asks which values there are: each once.
func (s sampler) values() (string, meaning) {
	d := s.field("dim", "many")
	m := meaning{columns: []string{d.name}, distinct: true}
	ask := s.one("show all", "what are all the", "list the different", "which", "show the distinct", "what are the")
	text := ask + " " + plural(s.call(d))
	if s.chance(40) {
		text += " " + s.one("of", "with", "in") + " " + s.things()
	}
	return text + s.maybeFilter(30, &m), m
}

// details asks for the things themselves: by name, or everything about them.
func (s sampler) details() (string, meaning) {
	m := meaning{}
	names := s.of("name")
	ask := s.one("show the", "list all", "which", "find the", "list")
	if len(names) > 0 && (ask == "which" || s.chance(12)) {
		m.columns, m.instead = []string{names[0].name}, []string{names[len(names)-1].name}
	} else {
		m.all = true
	}
	return ask + " " + s.things() + s.maybeFilter(90, &m), m
}

// absent asks for what no column holds, in words that a column shares: there
// is no answer.
func (s sampler) absent() (string, meaning) {
	words := strings.Fields(s.call(s.field("dim", "num", "date", "name")))
	what := words[0] + " " + s.one("phone", "address", "manager", "level", "owner", "colour", "office", "plan")
	return s.one("what is the ", "show the ", "list the ") + what + " of " + s.one("the ", "all ", "each of the ") + s.things(), meaning{nothing: true}
}

// oneOf asks for one thing without saying which: there is no answer.
func (s sampler) oneOf() (string, meaning) {
	f := s.field("name", "dim", "date")
	return s.one("what is the ", "what was the ", "which is the ") + s.call(f) + s.one("", " of the "+s.noun), meaning{nothing: true}
}

// sorted asks for columns of the rows in an order.
func (s sampler) sorted() (string, meaning) {
	names := s.of("name", "many")
	if len(names) == 0 {
		return s.listing()
	}
	by := s.field("num", "date")
	m := meaning{columns: []string{names[0].name}, order: col(by), desc: s.chance(50)}
	ask := s.one("show the", "list the", "what are the", "give me the") + " " + plural(s.call(names[0])) + " " + s.one("of", "of all", "for all") + " " + s.things()
	up, down := s.one("ascending", "increasing"), s.one("descending", "decreasing")
	dir := up
	if m.desc {
		dir = down
	}
	shape := s.one(" sorted by C in D order", " in D order of C", " ordered by C D", " in D order of their C", ", sorted in D order by C")
	return ask + s.maybeFilter(25, &m) + strings.NewReplacer("C", s.call(by), "D", dir).Replace(shape), m
}

func (s sampler) howMany() (string, meaning) {
	m := meaning{measures: []*plan.Expr{plan.Make(plan.OpCount)}}
	things := s.things()
	if s.chance(25) {
		d := s.field("dim")
		things, m.measures, m.distinct = plural(s.call(d)), []*plan.Expr{plan.CountDistinct(col(d))}, true
	}
	return fmt.Sprintf(s.one("how many %s are there", "number of %s", "count the %s", "what is the number of %s"), things) + s.maybeFilter(60, &m), m
}

var aggregates = []struct {
	op   plan.Op
	said []string
}{
	{plan.OpSum, []string{"total", "sum of the", "combined"}}, {plan.OpAvg, []string{"average", "mean"}},
	{plan.OpMax, []string{"maximum", "highest", "largest"}}, {plan.OpMin, []string{"minimum", "lowest", "smallest"}},
}

func (s sampler) aggregate() (string, *plan.Expr) {
	n := s.field("num")
	a := aggregates[s.IntN(len(aggregates))]
	return s.one(a.said...) + " " + s.call(n), plan.Make(a.op, col(n))
}

// amount names an amount alone: it is added up.
func (s sampler) amount() (string, meaning) {
	n := s.field("num")
	m := meaning{measures: []*plan.Expr{plan.Make(plan.OpSum, col(n))}}
	return s.one("", "show the ", "what is the ") + s.call(n) + s.maybeFilter(90, &m), m
}

// best asks for the extreme in each group.
func (s sampler) best() (string, meaning) {
	n, d := s.field("num"), s.field("dim")
	op := []plan.Op{plan.OpMax, plan.OpMin}[s.IntN(2)]
	m := meaning{measures: []*plan.Expr{plan.Make(op, col(n))}, group: []string{d.name}}
	return fmt.Sprintf(s.one("%s %s by %s", "what is the %s %s for each %s", "show the %s %s per %s"), map[plan.Op]string{plan.OpMax: "highest", plan.OpMin: "lowest"}[op], s.call(n), s.call(d)), m
}

func (s sampler) total() (string, meaning) {
	said, e := s.aggregate()
	m := meaning{measures: []*plan.Expr{e}}
	of := ""
	if s.chance(60) {
		of = " of " + s.one("", "all ", "the ") + s.things()
	}
	return s.one("what is the ", "show the ", "find the ", "") + said + of + s.maybeFilter(60, &m), m
}

func (s sampler) byGroup() (string, meaning) {
	d := s.field("dim")
	said, e := s.aggregate()
	m := meaning{measures: []*plan.Expr{e}, group: []string{d.name}}
	c := s.call(d)
	shape := s.one("%s by C", "%s for each C", "%s per C", "%s of the T in each C", "%s of each C", "C and %s of the T", "the %s of T for every C")
	text := strings.NewReplacer("C", c, "T", s.things()).Replace(shape)
	return s.one("show the ", "what is the ", "") + strings.ReplaceAll(text, "%s", said) + s.maybeFilter(25, &m), m
}

func (s sampler) countByGroup() (string, meaning) {
	d := s.field("dim")
	m := meaning{measures: []*plan.Expr{plan.Make(plan.OpCount)}, group: []string{d.name}}
	shape := s.one("number of T by C", "how many T are there for each C", "C of T and how many there are", "show the C of T and the number of T",
		"how many T does each C have", "the different P and the number of T in each", "count the T per C", "how many T are in each C")
	return strings.NewReplacer("C", s.call(d), "T", s.things(), "P", plural(s.call(d))).Replace(shape) + s.maybeFilter(20, &m), m
}

// most asks for the row with the most of something.
func (s sampler) most() (string, meaning) {
	names := s.of("name")
	if len(names) == 0 {
		return s.topGroups()
	}
	n := s.field("num")
	m := meaning{columns: []string{names[0].name}, instead: []string{names[len(names)-1].name}, order: col(n), desc: s.chance(60), limit: 1}
	high := "lowest"
	if m.desc {
		high = "highest"
	}
	thing := s.noun
	if s.chance(20) {
		m.limit, thing = 3, plural(s.noun)
		return fmt.Sprintf("%s the 3 %s with the %s %s", s.one("show", "list", "which are"), thing, high, s.call(n)) + s.maybeFilter(30, &m), m
	}
	if s.chance(25) {
		d := s.field("dim", "date")
		m.columns, m.instead = []string{d.name}, []string{d.name}
		return fmt.Sprintf("what is the %s of the %s with the %s %s", s.call(d), thing, high, s.call(n)) + s.maybeFilter(20, &m), m
	}
	return fmt.Sprintf(s.one("which %s has the %s %s", "what %s had the %s %s", "find the %s with the %s %s"), thing, high, s.call(n)) + s.maybeFilter(35, &m), m
}

// topGroups asks for the value with the most rows or the most of something.
func (s sampler) topGroups() (string, meaning) {
	d := s.field("dim")
	m := meaning{group: []string{d.name}, desc: true, limit: 1, order: plan.Make(plan.OpCount)}
	if s.chance(50) {
		return fmt.Sprintf(s.one("which %s has the most %s", "what is the %s with the most %s", "the most common %s of %s", "find the %s with the greatest number of %s"), s.call(d), s.things()) + s.maybeFilter(20, &m), m
	}
	n := s.field("num")
	op := []plan.Op{plan.OpSum, plan.OpAvg}[s.IntN(2)]
	said := map[plan.Op]string{plan.OpSum: "total", plan.OpAvg: "average"}[op]
	m.order = plan.Make(op, col(n))
	return fmt.Sprintf(s.one("which %s has the highest %s %s", "the %s with the highest %s %s"), s.call(d), said, s.call(n)) + s.maybeFilter(20, &m), m
}

func (s sampler) having() (string, meaning) {
	d := s.field("dim")
	k := 2 + s.Int64N(40)
	m := meaning{group: []string{d.name}, having: plan.Make(plan.OpGt, plan.Make(plan.OpCount), plan.Int(k))}
	text := fmt.Sprintf(s.one("which %s have more than %d %s", "show the %s with more than %d %s", "list the %s that have more than %d %s"), plural(s.call(d)), k, s.things())
	if s.chance(35) {
		n := s.field("num")
		v := n.low + s.Int64N(n.high-n.low)
		m.where = append(m.where, plan.Make(plan.OpGt, col(n), plan.Int(v)))
		text += fmt.Sprintf(" with %s above %d", s.call(n), v)
	}
	return text, m
}

// either names two values of a column: "or" takes both, "both … and" asks for
// what has the one and the other.
func (s sampler) either() (string, meaning) {
	d := s.field("dim")
	v, w := s.value(d), s.value(d)
	for w == v {
		w = s.value(d)
	}
	if s.chance(30) {
		o := s.field("dim")
		text := fmt.Sprintf("which %s have both %s with %s %s and %s with %s %s", plural(s.call(o)), s.things(), s.call(d), v, s.things(), s.call(d), w)
		return text, meaning{both: true}
	}
	in := plan.Make(plan.OpIn, col(d), plan.Text(v), plan.Text(w))
	m := meaning{measures: []*plan.Expr{plan.Make(plan.OpCount)}, where: []*plan.Expr{in}}
	return fmt.Sprintf("how many %s have the %s %s or %s", s.things(), s.call(d), v, w) + s.maybeFilter(15, &m), m
}

func (s sampler) compared() (string, meaning) {
	n := s.field("num")
	names := s.of("name", "dim")
	m := meaning{columns: []string{names[0].name}, distinct: names[0].kind == "dim"}
	a := n.low + s.Int64N(n.high-n.low)
	b := a + 1 + s.Int64N(n.high-n.low)
	m.where = []*plan.Expr{plan.Make(plan.OpBetween, col(n), plan.Int(a), plan.Int(b))}
	return fmt.Sprintf("%s the %s of %s with %s between %d and %d", s.one("show", "find", "list"), plural(s.call(names[0])), s.things(), s.call(n), a, b), m
}

// Loose words, as people put them behind a thing: most say only that it is
// there, some narrow what is asked by what no column holds.
var (
	idle    = []string{"recorded", "made", "held", "produced", "played", "found", "used", "listed", "actually", "currently", "lovely"}
	narrows = []string{"won", "lost", "sold", "earned", "finished", "closed"}
)

// spoken adds what people add and mistake. A word that narrows what is asked
// leaves no answer in the data.
func (s sampler) spoken(text string, m *meaning) string {
	words := strings.Fields(text)
	if s.chance(8) {
		i := min(1+s.IntN(len(words)), len(words))
		loose := s.one(idle...)
		if s.chance(20) {
			loose, m.nothing = s.one(narrows...), true
		}
		words = slices.Insert(words, i, loose)
	}
	if s.chance(5) {
		if i := s.IntN(len(words)); len(words[i]) > 5 {
			w := words[i]
			k := 1 + s.IntN(len(w)-2)
			words[i] = w[:k] + w[k+1:]
		}
	}
	if s.chance(10) {
		words = append([]string{"please"}, words...)
	}
	return strings.Join(words, " ")
}

// written is how an expression is compared: literals of a question may have
// another type than those sampled.
func written(e *plan.Expr) string {
	if e == nil {
		return ""
	}
	return e.String()
}
