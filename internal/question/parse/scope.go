package parse

import (
	"cmp"
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
)

// Scope is what one reading may speak of: a base table and tables joined to it.
type Scope struct {
	Base   string
	Tables []string // the base first
	Joins  []plan.Join

	Related []Related // tables whose rows belong to rows of the base
	Many    string    // a joined table that has several rows for one of the base
	ManyKey string    // its column that is never empty where it has a row
}

func (s *Scope) has(table string) bool { return slices.Contains(s.Tables, table) }

// Limits of the search for scopes.
const (
	maxScopes  = 5
	maxJoins   = 3
	joinCost   = 320 // what the words must gain to be worth a join
	bridgeCost = 200 // more for one over a table that is not spoken of
)

type scopeScore struct {
	scope Scope
	score int
}

// scopes gives the likeliest scopes: those whose tables explain most words.
func scopes(mentions []link.Mention, s *link.Schema, tokens int) []Scope {
	var all []scopeScore
	for i := range s.Catalog.Tables {
		t := s.Catalog.Tables[i].Name
		sc := Scope{Base: t, Tables: []string{t}, Related: related(t, s.Catalog)}
		all = append(all, scopeScore{sc, coverage(mentions, &sc, tokens)})
	}
	byScore := func(a, b scopeScore) int {
		return cmp.Or(-cmp.Compare(a.score, b.score), cmp.Compare(len(a.scope.Joins), len(b.scope.Joins)))
	}
	slices.SortStableFunc(all, byScore)
	if len(s.Catalog.Joins) > 0 {
		all = append(all, append(joined(all, mentions, s.Catalog, tokens), bothSides(all, mentions, tokens)...)...)
		slices.SortStableFunc(all, byScore)
	}
	var out []Scope
	for i := 0; i < len(all) && i < maxScopes; i++ {
		if i > 0 && all[i].score < all[0].score-1200 {
			break
		}
		out = append(out, all[i].scope)
	}
	return out
}

// joined grows the best scopes along the joins of the catalog while words are
// gained.
func joined(start []scopeScore, mentions []link.Mention, c *catalog.Catalog, tokens int) []scopeScore {
	var out []scopeScore
	front := start[:min(len(start), 8)]
	for range maxJoins {
		var next []scopeScore
		for _, f := range front {
			next = append(next, f.grown(mentions, c, tokens)...)
		}
		out = append(out, next...)
		front = next
	}
	return out
}

// grown gives the scopes with one more table whose words are worth the join,
// and with two where only the second is spoken of: the artists of tracks are
// reached over their albums.
func (f scopeScore) grown(mentions []link.Mention, c *catalog.Catalog, tokens int) []scopeScore {
	var out []scopeScore
	for _, j := range c.Joins {
		sc, ok := f.scope.extend(j)
		if !ok {
			continue
		}
		n := scopeScore{sc, coverage(mentions, &sc, tokens) - joinCost*len(sc.Joins)}
		if n.score > f.score {
			out = append(out, n)
			continue
		}
		if len(sc.Joins) >= maxJoins {
			continue
		}
		for _, k := range c.Joins {
			if k.Many.Table != j.One.Table {
				continue
			}
			if far, ok := sc.extend(k); ok {
				if m := (scopeScore{far, coverage(mentions, &far, tokens) - joinCost*len(far.Joins) - bridgeCost}); m.score > f.score {
					out = append(out, m)
				}
			}
		}
	}
	return out
}

// extend adds the table at the One side of a join whose Many side is in the
// scope: such a join multiplies no rows.
func (s *Scope) extend(j catalog.Join) (Scope, bool) {
	if !j.Unique || !s.has(j.Many.Table) || s.has(j.One.Table) {
		return Scope{}, false
	}
	left := plan.Col{Name: j.Many.Column}
	if j.Many.Table != s.Base {
		left.Table = j.Many.Table
	}
	n := Scope{Base: s.Base, Related: s.Related, Tables: append(slices.Clone(s.Tables), j.One.Table)}
	n.Joins = append(slices.Clone(s.Joins), plan.Join{Table: j.One.Table, Kind: "left", Left: left, Right: plan.Col{Table: j.One.Table, Name: j.One.Column}})
	return n, true
}

// coverage sums, over tokens, the best score of a mention in the scope.
func coverage(mentions []link.Mention, s *Scope, tokens int) int {
	best := make([]int, tokens)
	for i := range mentions {
		m := &mentions[i]
		score := m.Score + 30*(m.End-m.Start-1)
		switch {
		case s.has(m.Table):
		case m.Kind == link.TableMention && s.relatedTo(m.Table) != nil:
			score = score * 2 / 3
		default:
			continue
		}
		if m.Kind == link.TableMention && m.Table == s.Base {
			score += 150
		}
		for t := m.Start; t < m.End; t++ {
			best[t] = max(best[t], score)
		}
	}
	sum := 0
	for _, b := range best {
		sum += b
	}
	return sum
}

// used drops joins that no column of the plan needs.
func (s *Scope) used(tables map[string]bool) []plan.Join {
	need := map[string]bool{}
	for t := range tables {
		need[t] = true
	}
	var out []plan.Join
	for i := len(s.Joins) - 1; i >= 0; i-- {
		j := s.Joins[i]
		if !need[j.Table] {
			continue
		}
		if j.Left.Table != "" {
			need[j.Left.Table] = true
		}
		out = append(out, j)
	}
	slices.Reverse(out)
	return out
}
