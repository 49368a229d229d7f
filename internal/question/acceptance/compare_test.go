package acceptance

import "testing"

func TestCompare(t *testing.T) {
	full := [][]any{{int64(1), "a", 2.5, true}, {int64(2), "b", 3.5, false}, {int64(2), "b", 3.5, false}}
	for _, c := range []struct {
		name, how string
		got, want [][]any
		ordered   bool
		equal     bool
	}{
		{"two columns more are allowed", "rows", [][]any{{"x", int64(1), 2.0, "y"}}, [][]any{{int64(1), 2.0}}, false, true},
		{"three are not", "rows", [][]any{{"x", "z", int64(1), 2.0, "y"}}, [][]any{{int64(1), 2.0}}, false, false},
		{"a row too few", "rows", [][]any{{1.0}}, [][]any{{1.0}, {1.0}}, false, false},
		{"no rows wanted, some given", "rows", [][]any{{1.0}}, nil, false, false},
		{"order does not count", "rows", [][]any{{1.0}, {2.0}}, [][]any{{2.0}, {1.0}}, false, true},
		{"order counts", "rows", [][]any{{1.0}, {2.0}}, [][]any{{2.0}, {1.0}}, true, false},
		{"columns of the rows", "list", [][]any{{"b", int64(2)}, {"a", int64(1)}, {"b", int64(2)}}, full, false, true},
		{"in another order", "list", [][]any{{"b", int64(2)}, {"a", int64(1)}, {"b", int64(2)}}, full, true, false},
		{"columns that do not belong together", "list", [][]any{{"a", int64(2)}, {"b", int64(1)}, {"b", int64(2)}}, full, false, false},
		{"one column does not tell a row", "list", [][]any{{int64(2)}, {int64(1)}, {int64(2)}}, full, false, false},
		{"rows once, not as often as they are", "list", [][]any{{"b", int64(2)}, {"a", int64(1)}}, full, false, false},
		{"a column that is not there", "list", [][]any{{"b", 7.0}, {"a", 7.0}, {"b", 7.0}}, full, false, false},
		{"held in a row", "holds", full, [][]any{{"b", 3.5}}, false, true},
		{"held, but in two rows", "holds", full, [][]any{{"a", 3.5}}, false, false},
		{"nothing to hold", "holds", full, nil, false, false},
		{"adds up", "total", [][]any{{"0-10", int64(4)}, {"10-20", int64(3)}}, [][]any{{int64(7)}}, false, true},
		{"does not add up", "total", [][]any{{"0-10", int64(4)}, {"10-20", int64(4)}}, [][]any{{int64(7)}}, false, false},
	} {
		if compare(c.how, c.got, c.want, c.ordered) != c.equal {
			t.Errorf("%s: should be %t", c.name, c.equal)
		}
	}
	many := func(n, from int) (rows [][]any) {
		for i := range n {
			rows = append(rows, []any{int64((i + from) % n), float64(i+from) * 0.1})
		}
		return rows
	}
	n := manyRows + 50
	if !compare("rows", many(n, 0), many(n, 0), true) || compare("rows", many(n, 0), many(n, 1), false) {
		t.Error("many rows are not compared as few are")
	}
	if want := column(many(n, 0), 0); !compare("rows", many(n, 0), want, false) || compare("rows", column(many(n, 0), 1), want, false) {
		t.Error("a column more is not allowed where there are many rows")
	}
}

func column(rows [][]any, c int) (out [][]any) {
	for _, row := range rows {
		out = append(out, row[c:c+1])
	}
	return out
}
