package rank

import (
	"maps"
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/parse"
	"tabletalk/internal/question/when"
)

// A feature is something about a reading that makes it less sure. Its weight
// in weights.txt is trained; its reason is what people are told.
type feature struct {
	name, reason string
	holds        func(r *Ranked) bool
}

// features are those of a whole reading, beside what its notes supply.
var features = []feature{
	{"light", "not every word was used", func(r *Ranked) bool { return r.Sketch.Idle(r.Unused, r.Plan) }},
	{"noun", "what the rows are called was guessed", func(r *Ranked) bool { return r.leaves("noun") }},
	{"near", "another reading is nearly as likely", func(r *Ranked) bool { return r.margin < shipped().bound["margin"] }},
	{"rival", "a name fits several columns", func(r *Ranked) bool { return len(r.Sketch.Rivals) > 0 }},
	{"weak", "a name is only near to the data's", func(r *Ranked) bool { return r.Sketch.Weak < shipped().bound["link"] }},
	{"rows", "what the rows of this table are is not known", ofUnknownRows},
	{"andor", "“and” and “or” can be grouped otherwise", mixesAndWithOr},
	{"excludes", "a column must have a value and not have another", wantsAndExcludes},
	{"other", "another table is spoken of as well", func(r *Ranked) bool { return r.Sketch.SpeaksOfOther(tablesOf(r.Plan)) }},
	{"those", "what “those” are was taken from the answer before", func(r *Ranked) bool { return r.Edit != "" && r.Sketch.Refers() && r.Sketch.Nameless() }},
	{"moments", "each moment is shown by itself: days, months or years could be meant", partsMoments},
	{"marks", "what the marks of the chart stand for was not said", sharesMarks},
	{"fine", "each group would be one row", onlyRows},
	{"both", "“both” could ask for what has the one and the other", asksBoth},
	{"every", "it was not said what to show, every column is", showsAll},
	{"repeats", "the same value is shown several times", listsAgain},
	{"told", "the answer only repeats what the question says", repeatsQuestion},
	{"implied", "what the answer is parted by was not said", partsUnsaid},
	{"joined", "several tables are joined", func(r *Ranked) bool { return len(r.Plan.From.Joins) > 1 }},
	{"lost", "a column that was named is not in the answer", func(r *Ranked) bool { return r.Edit == "" && r.Sketch.Lost(r.Plan) }},
	{"unsorted", "an order was said that the answer does not have", unsorted},
	{"once", "each is shown once, which was not said", func(r *Ranked) bool { return r.Plan.Distinct && r.Sketch.OnceUnsaid() }},
	{"cut", "the words can be taken together otherwise", func(r *Ranked) bool { return r.Sketch.Way > 0 }},
	{"oneofall", "one was asked for, and all are shown", oneOfAll},
	{"filled", "something that was not said was supplied", func(r *Ranked) bool { return r.Cost > 0 && r.Cost <= shipped().bound["cost"] }},
	{"faint", "a name is only near to the data's", func(r *Ranked) bool { return r.Sketch.Weak < 550 }},
	{"unparted", "a number was asked for, and it is parted", partsNumber},
	{"addedup", "each amount could be meant, not their total", addsSeveral},
	{"verb", "a value may only say how things belong together", func(r *Ranked) bool { return r.Sketch.TakesVerb(r.Plan) }},
	{"elsewhere", "the value is not one of the column named before it", func(r *Ranked) bool { return r.Sketch.NamesOther() }},
	{"numbers", "the number of each could be meant", countsKinds},
	{"bestof", "the one with the most of it, or the most in each, could be meant", func(r *Ranked) bool { return r.Sketch.Best != nil && len(r.Sketch.Keys) > 0 }},
}

func (r *Ranked) leaves(class string) bool {
	return slices.ContainsFunc(r.Unused, func(u parse.Unused) bool { return u.Class == class })
}

// onlyRows reports whether a key tells rows apart beside one that does not.
func onlyRows(r *Ranked) bool {
	if len(r.Plan.Group) < 2 || len(r.Plan.Measures) == 0 {
		return false
	}
	return slices.ContainsFunc(r.Plan.Group, func(g plan.Named) bool { return g.Expr.Op == plan.OpCol && !r.Sketch.Repeats(g.Expr) })
}

// partsMoments reports whether rows are parted by a date as it is written, or
// by its day because no period was named, without choosing some of them.
func partsMoments(r *Ranked) bool {
	unsaid := slices.ContainsFunc(r.Notes, func(n parse.Note) bool { return n.Code == "default_grain" })
	return r.Plan.Limit == nil && len(r.Plan.Measures) > 0 && slices.ContainsFunc(r.Plan.Group, func(g plan.Named) bool {
		if unsaid && g.Expr.Op == plan.OpTrunc && g.Expr.Unit == string(when.Day) {
			return true
		}
		if g.Expr.Op != plan.OpCol {
			return false
		}
		c := r.Sketch.Column(g.Expr)
		return c != nil && r.Sketch.Dated(c)
	})
}

// countsKinds reports whether several numbers were asked for, and one says how
// many different values there are.
func countsKinds(r *Ranked) bool {
	m := r.Plan.Measures
	return r.Plan.Kind == plan.Scalar && len(m) == 1 && m[0].Expr.Op == plan.OpCount && m[0].Expr.Distinct && r.Sketch.AsksForNumbers()
}

// asksBoth reports whether "both" is answered by rows that have either.
func asksBoth(r *Ranked) bool {
	return r.Sketch.Says("both") && r.Plan.From.Set == nil && slices.ContainsFunc(plan.Conjuncts(r.Plan.Where), func(e *plan.Expr) bool {
		return e.Op == plan.OpOr || e.Op == plan.OpBetween || e.Op == plan.OpIn && e.Sub == nil
	})
}

// showsAll reports whether rows are shown with every column, though nobody
// asked for all there is about them.
func showsAll(r *Ranked) bool {
	if slices.ContainsFunc([]string{"information", "info", "details", "detail", "everything", "columns", "rows", "records"}, r.Sketch.Says) {
		return false
	}
	return r.Sketch.HasNames() && r.Plan.Kind == plan.Rows && len(r.Plan.Select)+len(r.Plan.Measures)+len(r.Plan.Group) == 0 && r.Plan.From.Set == nil
}

// listsAgain reports whether one column is listed whose values repeat, or
// things of a joined table once for each row that belongs to them.
func listsAgain(r *Ranked) bool {
	if r.Sketch.RepeatsThings(r.Plan) {
		return true
	}
	return r.Plan.Kind == plan.Rows && len(r.Plan.Select) == 1 && !r.Plan.Distinct && r.Plan.Limit == nil && r.Plan.From.Set == nil && r.Sketch.Repeats(r.Plan.Select[0].Expr)
}

// repeatsQuestion reports whether all that is shown are the columns whose
// value the question gives.
func repeatsQuestion(r *Ranked) bool {
	if len(r.Plan.Select) == 0 || len(r.Plan.Measures) > 0 || r.Plan.From.Set != nil || r.Sketch.Head == "yesno" {
		return false
	}
	given := plan.Conjuncts(r.Plan.Where)
	for _, s := range r.Plan.Select {
		if !slices.ContainsFunc(given, func(e *plan.Expr) bool { return e.Op == plan.OpEq && e.Args[0].String() == s.Expr.String() }) {
			return false
		}
	}
	return true
}

// partsUnsaid reports whether an answer is parted though neither "by" nor
// "each" was said.
func partsUnsaid(r *Ranked) bool {
	return len(r.Plan.Group) > 1 && len(r.Plan.Measures) > 0 && len(r.Sketch.Keys) == 0
}

// FeatureNames are the names of all features that a reading can have.
func FeatureNames() []string {
	var out []string
	for _, f := range features {
		out = append(out, f.name)
	}
	for _, list := range []map[string]string{severe, found} {
		out = slices.AppendSeq(out, maps.Keys(list))
	}
	slices.Sort(out)
	return out
}

// unsorted reports whether an order was said, and the answer has none, or one
// column of it twice.
func unsorted(r *Ranked) bool {
	if r.Unsorted {
		return r.Edit == ""
	}
	if r.Edit != "" || !r.Sketch.Turned() {
		return false
	}
	ordered := len(r.Plan.Order) > 0 || r.Plan.Limit != nil || r.Plan.From.Sub != nil || r.Plan.From.Set != nil
	r.Plan.Each(func(e *plan.Expr) bool {
		ordered = ordered || e.Sub != nil || e.Op == plan.OpMax || e.Op == plan.OpMin
		return true
	})
	for i, o := range r.Plan.Order {
		for _, p := range r.Plan.Order[:i] {
			if p.By.String() == o.By.String() {
				return true
			}
		}
	}
	return !ordered
}

// oneOfAll reports whether every row is shown where one was asked for.
func oneOfAll(r *Ranked) bool {
	p := r.Plan
	return r.Edit == "" && p.Kind == plan.Rows && p.Where == nil && p.Limit == nil && p.From.Sub == nil && p.From.Set == nil && r.Sketch.AsksForOne()
}

// partsNumber reports whether "how many" is answered by a number for each of
// something, though neither "by" nor "each" was said.
func partsNumber(r *Ranked) bool {
	return r.Sketch.Head == "howmany" && len(r.Plan.Group) > 0 && len(r.Sketch.Keys) == 0
}

// addsSeveral reports whether amounts that were named as several things are
// added up, which was not said: "the durations of the songs".
func addsSeveral(r *Ranked) bool {
	return len(r.Plan.Group) == 0 && len(r.Plan.Measures) == 1 && r.Plan.Measures[0].Expr.Op == plan.OpSum && r.Sketch.NamesSeveral()
}
