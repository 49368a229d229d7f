package link

import "slices"

// wholes are things that tables count by their kinds, one column for each, and
// a last one for all: a table of medals has none that is called so.
var wholes = []struct {
	thing string
	kinds []string
}{
	{"medal", []string{"gold", "silver", "bronze"}},
}

// addWholes calls the total beside columns of kinds after the thing whose kinds
// they are, and each kind by its full name: "gold medals".
func (s *Schema) addWholes(table string) {
	for _, w := range wholes {
		var kinds []*Column
		var total *Column
		for _, c := range s.byTable[table] {
			switch {
			case len(c.Words) != 1 || !c.Col.Type.Numeric():
			case slices.Contains(w.kinds, c.Words[0]):
				kinds = append(kinds, c)
			case c.Words[0] == "total":
				total = c
			}
		}
		if len(kinds) < len(w.kinds) {
			continue
		}
		for _, c := range kinds {
			s.addName([]string{c.Words[0], w.thing}, nameHit{c, 990, Exact})
		}
		if total != nil {
			s.addName([]string{w.thing}, nameHit{total, 950, Synonym})
			s.addName([]string{"total", w.thing}, nameHit{total, 980, Exact})
			s.addName([]string{w.thing, "total"}, nameHit{total, 980, Exact})
		}
	}
}
