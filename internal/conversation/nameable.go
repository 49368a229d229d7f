package conversation

import "tabletalk/internal/plan"

// Nameable is a part of an answer for which a word can be taught: what it
// computes, or which rows it is about. Kind, Table and Text are those of the
// definition.
type Nameable struct {
	Kind  string `json:"kind" enum:"metric,filter"`
	Table string `json:"table"`
	Text  string `json:"text" example:"sum(revenue) / count(distinct order_id)"`
	Says  string `json:"says" doc:"What it is called in the answer"`
}

// nameable are the parts of a plan that mean the same outside of it: over one
// table, and with no other result in them.
func nameable(p *plan.Plan) []Nameable {
	if p.From.Table == "" || p.From.Sub != nil || p.From.Set != nil || len(p.From.Joins) > 0 {
		return nil
	}
	var out []Nameable
	for _, m := range p.Measures {
		if m.Expr != nil && !m.Expr.Has(func(op plan.Op) bool { return op == plan.OpRef }) {
			out = append(out, Nameable{Kind: "metric", Table: p.From.Table, Text: m.Expr.String(), Says: m.As})
		}
	}
	if p.Where != nil {
		text := p.Where.String()
		out = append(out, Nameable{Kind: "filter", Table: p.From.Table, Text: text, Says: text})
	}
	return out
}
