package table_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tabletalk/internal/table"
)

func TestNumbersKeepTheirDigits(t *testing.T) {
	row := []table.Value{int64(9007199254740993), table.Exact("12.50"), nil, "x", true}
	raw, err := json.Marshal(row)
	if err != nil {
		t.Fatal(err)
	}
	if want := `[9007199254740993,12.50,null,"x",true]`; string(raw) != want {
		t.Errorf("got %s, want %s", raw, want)
	}
	var back []any
	if err := table.UnmarshalExact(raw, &back); err != nil {
		t.Fatal(err)
	}
	want := []any{json.Number("9007199254740993"), json.Number("12.50"), nil, "x", true}
	if diff := cmp.Diff(want, back); diff != "" {
		t.Error(diff)
	}
}

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		in   table.Value
		want float64
		ok   bool
	}{{int64(3), 3, true}, {2.5, 2.5, true}, {table.Exact("0.10"), 0.1, true}, {"3", 0, false}, {nil, 0, false}, {true, 0, false}} {
		if got, ok := table.Number(c.in); got != c.want || ok != c.ok {
			t.Errorf("Number(%v) is %v, %v", c.in, got, ok)
		}
	}
}

func TestColumn(t *testing.T) {
	r := table.Rows{Columns: []table.Column{{Name: "a"}, {Name: "b"}}}
	if r.Column("b") != 1 || r.Column("c") != -1 {
		t.Errorf("b is %d, c is %d", r.Column("b"), r.Column("c"))
	}
}
