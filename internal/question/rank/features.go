package rank

import (
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/parse"
)

// A feature is something about a reading that makes it less sure. Its weight
// in weights.txt is trained; its reason is what people are told.
type feature struct {
	name, reason string
	holds        func(r *Ranked) bool
}

// features are those of a whole reading, beside what its notes supply.
var features = []feature{
	{"light", "not every word was used", func(r *Ranked) bool { return r.leaves("light") }},
	{"noun", "what the rows are called was guessed", func(r *Ranked) bool { return r.leaves("noun") }},
	{"near", "another reading is nearly as likely", func(r *Ranked) bool { return r.margin < shipped().bound["margin"] }},
	{"rival", "a name fits several columns", func(r *Ranked) bool { return len(r.Sketch.Rivals) > 0 }},
	{"weak", "a name is only near to the data's", func(r *Ranked) bool { return r.Sketch.Weak < shipped().bound["link"] }},
	{"rows", "what the rows of this table are is not known", ofUnknownRows},
	{"andor", "“and” and “or” can be grouped otherwise", mixesAndWithOr},
	{"excludes", "a column must have a value and not have another", wantsAndExcludes},
	{"other", "another table is spoken of as well", func(r *Ranked) bool { return r.Sketch.SpeaksOfOther(tablesOf(r.Plan)) }},
	{"those", "what “those” are was taken from the answer before", func(r *Ranked) bool { return r.Edit != "" && r.Sketch.Refers() && r.Sketch.Nameless() }},
	{"marks", "what the marks of the chart stand for was not said", sharesMarks},
	{"fine", "each group would be one row", onlyRows},
	{"both", "“both” could ask for what has the one and the other", asksBoth},
	{"every", "it was not said what to show, every column is", showsAll},
	{"repeats", "the same value is shown several times", listsAgain},
	{"told", "the answer only repeats what the question says", repeatsQuestion},
	{"implied", "what the answer is parted by was not said", partsUnsaid},
	{"joined", "several tables are joined", func(r *Ranked) bool { return len(r.Plan.From.Joins) > 1 }},
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

// asksBoth reports whether "both" is answered by rows that have either.
func asksBoth(r *Ranked) bool {
	return r.Sketch.Says("both") && r.Plan.From.Set == nil && slices.ContainsFunc(plan.Conjuncts(r.Plan.Where), func(e *plan.Expr) bool {
		return e.Op == plan.OpOr || e.Op == plan.OpBetween || e.Op == plan.OpIn && e.Sub == nil
	})
}

// showsAll reports whether rows are shown with every column.
func showsAll(r *Ranked) bool {
	return r.Plan.Kind == plan.Rows && len(r.Plan.Select)+len(r.Plan.Measures)+len(r.Plan.Group) == 0 && r.Plan.From.Set == nil
}

// listsAgain reports whether one column is listed whose values repeat.
func listsAgain(r *Ranked) bool {
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
	for code := range severe {
		out = append(out, code)
	}
	slices.Sort(out)
	return out
}
