package parse

import (
	"fmt"
	"strings"

	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// seasons are the months of each, as the weather service counts them north of
// the equator; hours those of the parts of a day.
var (
	seasonMonths = map[string][]int64{"spring": {3, 4, 5}, "summer": {6, 7, 8}, "autumn": {9, 10, 11}, "fall": {9, 10, 11}, "winter": {1, 2, 12}}
	dayHours     = map[string][2]int64{"morning": {6, 11}, "afternoon": {12, 17}, "evening": {18, 21}}
)

const (
	seasonWords = "'spring'|'summer'|'autumn'|'fall'|'winter'"
	partWords   = "'morning'|'mornings'|'afternoon'|'afternoons'|'evening'|'evenings'"
)

// seasonRules read parts of the year and of the day as conditions on a date.
var seasonRules = []Rule{
	{Name: "in a season", Pattern: "'in'|'during'|'for'|'over' w=" + seasonWords, Make: inSeason},
	{Name: "at a part of the day", Pattern: "'in'|'during' w=" + partWords, Make: inPartOfDay},
}

// inSeason reads "in summer": the rows of its months, of whichever year.
func inSeason(p *parser, m match) *Node {
	c, w := p.dateColumn(), m.one("w")
	if c == nil || !c.Col.Type.Temporal() || named(w) {
		return nil
	}
	e := plan.Make(plan.OpIn, plan.Part("month", p.expr(c)))
	for _, month := range seasonMonths[w.Word] {
		e.Args = append(e.Args, plan.Int(month))
	}
	n := p.condition(m, c, e)
	n.Notes = []Note{p.note(w, "season", "“%s” is read as %s of “%s”.", p.written(w), monthsSaid(w.Word), c.Col.Name)}
	return n
}

// named reports whether a word is surely a value of the data.
func named(n *Node) bool { return n.Kind == Val && len(n.Vals) > 0 && n.Vals[0].Score >= sureName }

func monthsSaid(season string) string {
	return map[string]string{"spring": "March to May", "summer": "June to August", "winter": "December to February"}[season] +
		map[string]string{"autumn": "September to November", "fall": "September to November"}[season]
}

// inPartOfDay reads "in the morning": the rows of its hours.
func inPartOfDay(p *parser, m match) *Node {
	c, w := p.dateColumn(), m.one("w")
	if c == nil || c.Col.Type != table.Datetime || named(w) {
		return nil
	}
	part := strings.TrimSuffix(w.Word, "s")
	h := dayHours[part]
	n := p.condition(m, c, plan.Make(plan.OpBetween, plan.Part("hour", p.expr(c)), plan.Int(h[0]), plan.Int(h[1])))
	n.Notes = []Note{p.note(w, "part_of_day", "%s", fmt.Sprintf("“%s” is read as %d:00 to %d:59 of “%s”.", p.written(w), h[0], h[1], c.Col.Name))}
	return n
}
