package parse

import (
	"slices"
	"strings"
)

// Rule joins nodes into a fragment. Pattern is a sequence of elements parted
// by spaces: a kind, a 'word', or several joined by |, each with ? for maybe
// or * for any number, and with name= to hand it to Make. Articles and the
// like between elements are skipped.
type Rule struct {
	Name    string
	Pattern string
	Make    func(p *parser, m match) *Node // nil: the rule does not apply after all

	elements []element
}

// match is what a pattern found, by name.
type match struct {
	nodes      map[string][]*Node
	start, end int // tokens
	at         int // index of the first node
}

func (m match) one(name string) *Node {
	if n := m.nodes[name]; len(n) > 0 {
		return n[0]
	}
	return nil
}

func (m match) has(name string) bool { return len(m.nodes[name]) > 0 }

type element struct {
	name     string
	kinds    []Kind
	words    []string
	optional bool
	many     bool
}

func compile(pattern string) []element {
	var out []element
	for _, f := range strings.Fields(pattern) {
		var e element
		if name, rest, ok := strings.Cut(f, "="); ok {
			e.name, f = name, rest
		}
		if strings.HasSuffix(f, "?") {
			e.optional, f = true, strings.TrimSuffix(f, "?")
		}
		if strings.HasSuffix(f, "*") {
			e.optional, e.many, f = true, true, strings.TrimSuffix(f, "*")
		}
		for _, alt := range strings.Split(f, "|") {
			if w, ok := strings.CutPrefix(alt, "'"); ok {
				e.words = append(e.words, strings.TrimSuffix(w, "'"))
			} else {
				e.kinds = append(e.kinds, Kind(alt))
			}
		}
		out = append(out, e)
	}
	return out
}

// compiled are rules that are ready to be tried.
func compiled(rules []Rule) []Rule {
	out := slices.Clone(rules)
	for i := range out {
		out[i].elements = compile(out[i].Pattern)
	}
	return out
}

func (e *element) accepts(n *Node) bool {
	if slices.Contains(e.words, n.Word) {
		return true
	}
	return slices.Contains(e.kinds, n.Kind) || n.When != nil && n.Kind == Num && slices.Contains(e.kinds, When)
}

// skipped are words that may stand between the elements of any pattern.
var skipped = map[string]bool{"the": true, "a": true, "an": true, "all": true, "any": true, "their": true, "its": true, "his": true, "her": true,
	"our": true, "my": true, "some": true, "please": true, "me": true, "us": true, "actual": true, "respective": true, "corresponding": true}

// mostSkipped is how many of them may stand in a row: nobody says more of them
// than "all of our", and a question may be made of nothing else.
const mostSkipped = 4

func skippable(n *Node) bool { return n.Kind == Fn && skipped[n.Word] }

// try matches the rule at node i; ok is false where it does not fit.
func (r *Rule) try(nodes []*Node, i int) (match, int, bool) {
	m := match{at: i}
	end, ok := follow(r.elements, nodes, i, i, &m)
	if !ok || end == i {
		return match{}, 0, false
	}
	m.start, m.end = nodes[i].Start, nodes[end-1].End
	return m, end, true
}

// follow matches elements from node i on and gives the node after the last.
func follow(es []element, nodes []*Node, first, i int, m *match) (int, bool) {
	if len(es) == 0 {
		return i, true
	}
	e := &es[0]
	j := i
	for j < len(nodes) && j > first && j < i+mostSkipped && skippable(nodes[j]) && !e.accepts(nodes[j]) {
		j++
	}
	if j < len(nodes) && e.accepts(nodes[j]) {
		rest := es[1:]
		if e.many {
			rest = es
		}
		before := len(m.nodes[e.name])
		if e.name != "" {
			if m.nodes == nil {
				m.nodes = map[string][]*Node{}
			}
			m.nodes[e.name] = append(m.nodes[e.name], nodes[j])
		}
		if end, ok := follow(rest, nodes, first, j+1, m); ok {
			return end, true
		}
		if e.name != "" {
			m.nodes[e.name] = m.nodes[e.name][:before]
		}
	}
	if e.optional {
		return follow(es[1:], nodes, first, i, m)
	}
	return i, false
}

// rewrites is how many fragments a family may make for each node: rules that
// feed each other end all the same.
const rewrites = 4

// apply runs the rules of a family over the nodes until none fits.
func (p *parser) apply(rules []Rule, nodes []*Node) []*Node {
	made, most := 0, rewrites*len(nodes)
	for i := 0; i < len(nodes) && made < most; i++ {
		p.Steps.Take(len(rules))
		for k := range rules {
			m, end, ok := rules[k].try(nodes, i)
			if !ok {
				continue
			}
			n := rules[k].Make(p, m)
			if n == nil {
				continue
			}
			n.Start, n.End = m.start, m.end
			p.trace = append(p.trace, rules[k].Name)
			nodes = slices.Replace(nodes, i, end, n)
			i = max(i-1, -1) // the new node may be part of more
			made++
			break
		}
	}
	return nodes
}
