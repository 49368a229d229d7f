package plan

// Pairs is the plan of the pairs that one correlation is computed from, at most
// n of them; nil for any other plan.
func Pairs(p *Plan, n int) *Plan {
	a := p.Analysis
	if p.Kind != Correlation || a == nil || a.X == nil || a.Y == nil || len(p.Group) > 0 || len(p.Measures) != 2 {
		return nil
	}
	own := *p
	own.Kind, own.Chart, own.Analysis, own.Measures, own.Order = Rows, "point", nil, nil, nil
	own.Select = []Named{{As: "x", Expr: a.X}, {As: "y", Expr: a.Y}}
	for i, e := range []*Expr{a.X, a.Y} {
		if e.Op == OpCol {
			own.Select[i].As = e.Col.Name
		}
		own.Where = And(own.Where, Make(OpNotNull, e))
	}
	if own.Select[0].As == own.Select[1].As {
		own.Select[1].As += " 2"
	}
	own.Limit = &Limit{N: n}
	return &own
}
