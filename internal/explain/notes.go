package explain

import (
	"strings"
	"time"

	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// notes say what the numbers leave out.
func (t *teller) notes() []string {
	var list []string
	for _, note := range []string{t.cutNote(), t.joinNote(), t.undatedNote(), t.lateNote(), t.earlyNote(), t.orderNote(), t.tiedNote(), t.oddNote()} {
		if note != "" {
			list = append(list, note)
		}
	}
	return append(list, t.nullNotes()...)
}

func (t *teller) cutNote() string {
	if !t.rows.Truncated {
		return ""
	}
	shown := thousands(itoa(len(t.rows.Values)))
	if t.rows.Total < 0 {
		return "Only the first " + shown + " rows are shown; there are more."
	}
	return "Only the first " + shown + " of " + plural(t.rows.Total, "row") + " are shown."
}

// joinNote says that rows without a partner are missing, or that rows count
// several times.
func (t *teller) joinNote() string {
	total, okTotal := t.number(plan.FoundTotal)
	joined, okJoined := t.number(plan.FoundJoined)
	if !okTotal || !okJoined || len(t.p.From.Joins) == 0 {
		return ""
	}
	base := t.label(t.p.From.Table)
	for _, j := range t.p.From.Joins {
		if j.Kind == "semi" || j.Kind == "anti" {
			return "" // rows are missing because the question says so
		}
	}
	switch {
	case joined < total:
		return plural(total-joined, "row") + " of " + base + " have no match in " + t.label(t.p.From.Joins[0].Table) + " and are left out."
	case joined > total:
		return "Rows of " + base + " match several rows of " + t.label(t.p.From.Joins[0].Table) + " and count once for each."
	}
	return ""
}

// tiedNote says that the first few leave out others which are no less.
func (t *teller) tiedNote() string {
	n := t.rows.Tied
	if n == 0 || len(t.rows.Values) == 0 {
		return ""
	}
	count := thousands(itoa(n))
	if t.rows.TiedMore {
		count += " or more"
	}
	share := " others share"
	if n == 1 {
		share = " other shares"
	}
	place := "the last place shown"
	if len(t.rows.Values) == 1 {
		place = "this place"
	}
	return count + share + " " + place + "."
}

// oddNote says that a float is no number: it is in no chart, and neither the
// highest nor the lowest.
func (t *teller) oddNote() string {
	odd := int64(0)
	for _, row := range t.rows.Values {
		for i, v := range row {
			if _, text := v.(string); text && i < len(t.rows.Columns) && t.rows.Columns[i].Type == table.Float {
				odd++
				break
			}
		}
	}
	switch odd {
	case 0:
		return ""
	case 1:
		return "1 row has a value that is no number (NaN or infinite): nothing is compared with it."
	}
	return plural(odd, "row") + " have values that are no numbers (NaN or infinite): nothing is compared with them."
}

func (t *teller) undatedNote() string {
	for _, f := range t.found {
		n, _ := table.Number(f.Value)
		if f.Code != plan.FoundUndated || n == 0 {
			continue
		}
		left := " and are in no period."
		if n == 1 {
			left = " and is in no period."
		}
		return plural(int64(n), "row") + have(n) + " no " + words(f.Subject) + left
	}
	return ""
}

func have(n float64) string {
	if n == 1 {
		return " has"
	}
	return " have"
}

func (t *teller) nullNotes() []string {
	var list []string
	for _, f := range t.found {
		n, _ := table.Number(f.Value)
		if f.Code != plan.FoundNulls || n == 0 {
			continue
		}
		is := " and are left out of "
		if n == 1 {
			is = " and is left out of "
		}
		what := "one of the two values missing"
		if f.Expr != nil {
			what = "no " + t.say(f.Expr)
		}
		list = append(list, plural(int64(n), "row")+have(n)+" "+what+is+words(f.Subject)+".")
	}
	return list
}

// latest gives an extreme date of the data.
func (t *teller) extreme(code string) (time.Time, bool) {
	for _, f := range t.found {
		s, _ := f.Value.(string)
		if f.Code != code || len(s) < 10 {
			continue
		}
		day, err := time.Parse(time.DateOnly, s[:10])
		return day, err == nil
	}
	return time.Time{}, false
}

// orderNote says which rows come first where the question did not.
func (t *teller) orderNote() string {
	l := t.p.Limit
	if l == nil || l.N == 0 || len(t.p.Order) > 0 || t.p.From.Table == "" {
		return ""
	}
	if t.p.Aggregated() {
		return "The first " + plural(int64(l.N), "row") + " by name."
	}
	return "In the order of the file."
}

// why looks for the condition that left no row.
func (t *teller) why() string {
	if reason := t.outside(); reason != "" {
		return " " + reason
	}
	before, any := t.number(plan.FoundTotal)
	if any && before == 0 {
		return " The table is empty."
	}
	for _, f := range t.found {
		n, ok := table.Number(f.Value)
		if f.Code != plan.FoundAfter || !ok {
			continue
		}
		if n == 0 {
			return " No row is left where " + t.condition(f.Expr) + " (" + plural(before, "row") + " before that condition)."
		}
		before = int64(n)
	}
	if conditions, _ := t.filters(); len(conditions) == 1 {
		return " No row has: " + strings.TrimSuffix(conditions[0], ".") + "."
	}
	return ""
}

// outside says that the period asked for lies outside the data.
func (t *teller) outside() string {
	first, ok := t.extreme(plan.FoundEarliest)
	last, okLast := t.extreme(plan.FoundLatest)
	if !ok || !okLast {
		return ""
	}
	for _, e := range plan.Conjuncts(t.p.Where) {
		if e.Op != plan.OpWithin || len(e.Args) != 3 {
			continue
		}
		from, fromOpen, okFrom := end(e.Args[1])
		to, toOpen, okTo := end(e.Args[2])
		if okFrom && !fromOpen && from.After(last) {
			return "The data ends on " + day(last) + "."
		}
		if okTo && !toOpen && !to.After(first) {
			return "The data begins on " + day(first) + "."
		}
	}
	return ""
}
