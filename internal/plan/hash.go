package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// Hash names a plan by what it asks: the SHA-256 of its canonical text.
func Hash(p *Plan) string {
	sum := sha256.Sum256([]byte(Canonical(p).String()))
	return hex.EncodeToString(sum[:])
}

// Equal reports whether two plans ask the same, wherever their words came from.
func Equal(a, b *Plan) bool {
	if a == nil || b == nil {
		return a == b
	}
	return Canonical(a).String() == Canonical(b).String()
}

// Canonical gives a copy in one of the forms that mean the same: nested
// conjunctions and alternatives are flat and sorted, lists of values are
// sorted and hold each value once, spans are gone.
func Canonical(p *Plan) *Plan {
	if p == nil {
		return nil
	}
	c := *p
	c.V = 1
	c.From = p.From.clone()
	c.From.Sub = Canonical(c.From.Sub)
	if c.From.Set != nil {
		for i, part := range c.From.Set.Parts {
			c.From.Set.Parts[i] = Canonical(part)
		}
	}
	c.Where, c.Having = canonical(p.Where), canonical(p.Having)
	c.Group, c.Measures, c.Select = canonicalNamed(p.Group), canonicalNamed(p.Measures), canonicalNamed(p.Select)
	c.Order = slices.Clone(p.Order)
	for i := range c.Order {
		c.Order[i].By = canonical(c.Order[i].By)
	}
	if l := c.Limit; l != nil && l.N == 0 && l.Offset == 0 && l.Percent == 0 {
		c.Limit = nil
	}
	return &c
}

func canonicalNamed(list []Named) []Named {
	c := slices.Clone(list)
	for i := range c {
		c[i].Expr = canonical(c[i].Expr)
	}
	return c
}

func canonical(e *Expr) *Expr {
	if e == nil {
		return nil
	}
	c := *e
	c.Span = nil
	c.Args = make([]*Expr, len(e.Args))
	for i, a := range e.Args {
		c.Args[i] = canonical(a)
	}
	c.Filter, c.Sub = canonical(e.Filter), Canonical(e.Sub)
	switch e.Op {
	case OpAnd, OpOr:
		if flat := joined(e.Op, c.Args); flat != nil && flat.Op != e.Op {
			return flat
		} else if flat != nil {
			c.Args = sorted(flat.Args)
		}
		if len(c.Args) == 1 {
			return c.Args[0]
		}
	case OpIn, OpNotIn:
		if len(c.Args) > 1 {
			c.Args = append(c.Args[:1:1], sorted(c.Args[1:])...)
		}
	}
	return &c
}

func sorted(list []*Expr) []*Expr {
	type keyed struct {
		text string
		expr *Expr
	}
	all := make([]keyed, len(list))
	for i, e := range list {
		all[i] = keyed{e.String(), e}
	}
	slices.SortFunc(all, func(a, b keyed) int { return strings.Compare(a.text, b.text) })
	all = slices.CompactFunc(all, func(a, b keyed) bool { return a.text == b.text })
	out := make([]*Expr, len(all))
	for i, k := range all {
		out[i] = k.expr
	}
	return out
}
