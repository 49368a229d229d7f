package catalog

import (
	"slices"
	"strings"

	"tabletalk/internal/table"
)

// KeyPair names a column whose values may be keys of another table, and the
// column of that table that holds those keys.
type KeyPair struct{ Many, One string }

// KeyPairs are the columns by which many rows of one table may belong to one
// row of another, judged by names and types: whoever holds the data counts
// whether they really do, and takes the first that does. The likeliest come
// first:
//
//  1. customer_id with customer_id, or with id in a table of customers;
//  2. another name that both tables have;
//  3. customer with the key of a table of customers;
//  4. billing_customer_id with the key of a table of customers, where no other
//     column leads there; ship_via with the key of a table of shippers.
func KeyPairs(many, one *Table) []KeyPair {
	var found [inRole + 1][]KeyPair
	for i := range one.Columns {
		b := &one.Columns[i]
		if !keyLike(b, one.Rows) {
			continue
		}
		for k := range many.Columns {
			a := &many.Columns[k]
			if a.Type != b.Type && !(a.Type.Numeric() && b.Type.Numeric()) || a.Stats.Distinct == 0 {
				continue
			}
			tie := keyNames(a, b, many, one)
			found[tie] = append(found[tie], KeyPair{a.Name, b.Name})
		}
	}
	if pairs := slices.Concat(found[sameKey], found[sameName], found[sameThing]); len(pairs) > 0 || len(found[inRole]) != 1 {
		return pairs
	}
	return found[inRole]
}

// Joined reports whether the rows of a table belong to those of another
// already: a second way to tell by which columns would only leave room for
// doubt.
func Joined(joins []Join, many, one string) bool {
	return slices.ContainsFunc(joins, func(j Join) bool { return j.Many.Table == many && j.One.Table == one })
}

// keyLike reports whether a column may name each row once. The number of
// distinct values may be an estimate.
func keyLike(c *Column, rows int64) bool {
	if c.Type != table.Integer && c.Type != table.String && !c.Stats.Whole || c.Role == Text || c.Role == URL {
		return false
	}
	return rows > 0 && c.Stats.Nulls == 0 && c.Stats.Distinct*10 >= rows*8
}

// what the names of two columns say
const (
	unrelated = iota
	sameKey
	sameName
	sameThing
	inRole // the same thing, in some role
)

// bareKeys are names that say that a column is a key, not of what.
var bareKeys = []string{"id", "key", "code", "no", "number", "nr", "num", "uid"}

func keyNames(a, b *Column, many, one *Table) int {
	x, y := plainName(a.Name), plainName(b.Name)
	bare := slices.Contains(bareKeys, y)
	if x == y {
		if y == "index" || strings.HasPrefix(y, "column") || bare && keyLike(a, many.Rows) {
			return unrelated // each table numbers its own rows
		}
		if bare || b.Role == ID || strings.HasSuffix(y, "id") {
			return sameKey
		}
		return sameName
	}
	if x == "" || y == "" {
		return unrelated
	}
	for _, thing := range singulars(one.Name) {
		own := bare || b.Role == ID || strings.HasSuffix(y, "name") || strings.HasPrefix(y, thing) || b == &one.Columns[0]
		switch {
		case bare && x == thing+y:
			return sameKey
		case x == thing && own:
			return sameThing
		case !bare && y == thing+"id" && strings.HasSuffix(x, y), bare && strings.HasSuffix(x, thing+y):
			return inRole
		case own && (doneBy(x, thing) || employs(x, thing)):
			return inRole
		}
	}
	return unrelated
}

// doneBy reports whether a name says by whom something is done, who is called
// after doing it: ship_via by a shipper, managed_by by a manager.
func doneBy(name, thing string) bool {
	verb, ok := strings.CutSuffix(name, "via")
	if !ok {
		verb, ok = strings.CutSuffix(name, "by")
	}
	verb = strings.TrimSuffix(strings.TrimSuffix(verb, "d"), "e")
	return ok && len(verb) >= 3 && strings.HasPrefix(thing, verb) && (strings.HasSuffix(thing, "er") || strings.HasSuffix(thing, "or")) && len(thing)-len(verb) <= 4
}

// employs reports whether a name is that of somebody who serves many others,
// where the table holds those who do: support_rep_id of an employee.
func employs(name, thing string) bool {
	if thing != "employee" && thing != "staff" && thing != "worker" {
		return false
	}
	name = strings.TrimSuffix(name, "id")
	for _, role := range []string{"rep", "agent", "salesperson", "seller", "clerk", "handledby", "soldby"} {
		if strings.HasSuffix(name, role) {
			return true
		}
	}
	return false
}

// singulars are the names that one row of a table may go by.
func singulars(name string) []string {
	t := plainName(name)
	out := []string{t}
	for _, end := range [][2]string{{"s", ""}, {"es", ""}, {"ies", "y"}} {
		if s, ok := strings.CutSuffix(t, end[0]); ok && s != "" {
			out = append(out, s+end[1])
		}
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == ' ' || r == '-' || r == '.' {
			return -1
		}
		return r
	}, strings.ToLower(s))
}
