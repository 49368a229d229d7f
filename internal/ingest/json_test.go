package ingest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tabletalk/internal/fault"
)

func TestJSONShapes(t *testing.T) {
	for _, c := range []struct {
		name, text, format string
		head               []string
		rows               [][]string
	}{
		{"array", `[{"a":1,"b":"x"},{"a":2,"b":null}]`, "json", []string{"a", "b"}, [][]string{{"1", "x"}, {"2", "∅"}}},
		{"lines", "{\"a\":1}\n{\"a\":2,\"c\":true}\n\n{\"c\":false}\n", "ndjson", []string{"a", "c"}, [][]string{{"1", "∅"}, {"2", "true"}, {"∅", "false"}}},
		{"nested", `[{"a":{"b":{"c":1.5}},"l":[1,2]}]`, "json", []string{"a.b.c", "l"}, [][]string{{"1.5", "[1,2]"}}},
		{"one object", "{\n \"a\": 1,\n \"b\": \"two\"\n}", "json", []string{"a", "b"}, [][]string{{"1", "two"}}},
		{"wrapped", `{"meta":{"n":2},"data":[{"a":1},{"a":2}]}`, "json", []string{"a"}, [][]string{{"1"}, {"2"}}},
		{"scalars", `[1,2,null]`, "json", []string{"value"}, [][]string{{"1"}, {"2"}, {"∅"}}},
		{"a scalar", "\ufeff 5\n", "json", []string{"value"}, [][]string{{"5"}}},
		{"a text", `"a,b"`, "json", []string{"value"}, [][]string{{"a,b"}}},
		{"empty array", `[]`, "json", []string{"value"}, nil},
		{"empty object", `{}`, "json", []string{"value"}, [][]string{{"∅"}}},
		{"texts stay texts", `[{"zip":"01234","n":"12","d":"2024-01-31"}]`, "json", []string{"zip", "n", "d"}, [][]string{{"01234", "12", "2024-01-31"}}},
		{"object of arrays", "{\"a\": [1, 2],\n \"b\": [\"x, \\\"y]\", null]}\n", "json", []string{"a", "b"}, [][]string{{"1", `x, "y]`}, {"2", "∅"}}},
		{"arrays of other lengths", `{"a":[1,2],"b":[3]}`, "json", []string{"a", "b"}, [][]string{{"[1,2]", "[3]"}}},
		{"arrays of arrays", `[{"a":[[{"b":1}]]},{"a":[{"b":1},2]}]`, "json", []string{"a"}, [][]string{{`[[{"b":1}]]`}, {`[{"b":1},2]`}}},
		{"escapes", `[{"a":"q\"\\\/\u00e9\ud83d\ude00\n"}]`, "json", []string{"a"}, [][]string{{"q\"\\/é😀\n"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "x.json")
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			head, rows, res, err := readAll(t, file)
			if err != nil {
				t.Fatal(err)
			}
			if res.Receipt.Format != c.format {
				t.Errorf("format %s, want %s", res.Receipt.Format, c.format)
			}
			if diff := cmp.Diff(c.head, head); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.rows, rows); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Arrays of objects are tables of their own, joined by the number of the row
// that they stand in.
func TestJSONArraysOfObjects(t *testing.T) {
	const orders = `{"id":7,"customer":{"name":"Ann"},"items":[{"sku":"a","n":2,"lots":[{"lot":1},{"lot":2}]},{"sku":"b","n":1}],"tags":["x"]}
nonsense
{"id":8,"customer":{"name":"Bob"},"items":[]}
{"id":9,"customer":{"name":"Cy"},"items":[{"sku":"c","n":5,"note":"late, \"or\" not"}],"tags":null}
`
	for _, c := range []struct {
		name, text string
		decided    Decisions
		want       []string
	}{
		{"lines", orders, Decisions{}, []string{
			"x: id customer.name tags x_row · 7 Ann [\"x\"] 1 · 8 Bob ∅ 2 · 9 Cy ∅ 3",
			"x_items: x_row sku n note x_items_row · 1 a 2 ∅ 1 · 1 b 1 ∅ 2 · 3 c 5 late, \"or\" not 3",
			"x_items_lots: x_items_row lot · 1 1 · 1 2"}},
		{"as text", "[" + `{"a":1,"l":[{"b":2}]}` + "]", Decisions{Arrays: ArraysAsText}, []string{`x: a l · 1 [{"b":2}]`}},
		{"an object of tables", `{"users":[{"id":1},{"id":2}],"orders":[{"user_id":2,"sum":5}]}`, Decisions{}, []string{"users: id · 1 · 2", "orders: user_id sum · 2 5"}},
		{"an object with tables", `{"name":"n","a":[{"x":1}],"b":[{"y":1},{"y":2}]}`, Decisions{}, []string{"x: name x_row · n 1", "x_a: x_row x · 1 1", "x_b: x_row y · 1 1 · 1 2"}},
		{"a name that is taken", `[{"x_row":5,"l":[{"x_row":6}]}]`, Decisions{}, []string{"x: x_row x_row_2 · 5 1", "x_l: x_row_2 x_row · 1 6"}},
		{"bare arrays", "[{\"a\":1},{\"a\":2}]\n[{\"a\":3}]\n", Decisions{}, []string{"x: a · 1 · 2 · 3"}},
		{"no table after all", `[` + strings.Repeat(`{"l":[{"b":2}]},`, peekRows) + `{"l":[1]}]`, Decisions{Arrays: "tables"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "x.json")
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			res, got := readTables(t, Spec{Name: "x.json", File: file, Decisions: c.decided})
			if c.want == nil {
				if len(got) != 1 || res.Tables[0].Rows != peekRows+1 {
					t.Errorf("%d tables, %d rows", len(got), res.Tables[0].Rows)
				}
				return
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestJSONBadLineIsRejected(t *testing.T) {
	res, _, err := ingestText(t, "{\"a\":1}\n{\"a\":}\n{\"a\":3}\n")
	if err != nil {
		t.Fatal(err)
	}
	r := res.Receipt
	if r.RowsRead != 2 || r.RowsRejected != 1 || len(r.Rejected) != 1 || r.Rejected[0].Line != 2 {
		t.Errorf("receipt %+v", r)
	}
}

func TestJSONDeep(t *testing.T) {
	for _, text := range []string{strings.Repeat("[", 100_000), strings.Repeat(`{"a":`, 100_000), `[{"a":` + strings.Repeat("[", 70) + strings.Repeat("]", 70) + `}]`} {
		if _, _, err := ingestText(t, text); !fault.Is(err, "json_too_deep") && !fault.Is(err, "json_invalid") {
			t.Errorf("%.20s: %v", text, err)
		}
	}
}

func FuzzJSON(f *testing.F) {
	for _, s := range []string{`[{"a":1}]`, "{\"a\":[1,{\"b\":2}]}\n{}", `["\ud800\n",1e5,-0]`, `{"a":{"b":"c"}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p := jsonParser{b: b}
		_, err := p.value(0)
		if err == nil && p.i > len(b) {
			t.Error("read beyond the end")
		}
	})
}

// readTables reads a file and gives each of its tables as one line.
func readTables(t *testing.T, spec Spec) (*Result, []string) {
	t.Helper()
	spec.Dir = t.TempDir()
	conn := openEngine(t, spec.Dir, spec.File)
	res, err := Work(t.Context(), conn, spec, nil)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, made := range res.Tables {
		line := made.Name + ":"
		for _, c := range made.Columns {
			line += " " + c.Name
		}
		for _, row := range tableRows(t, conn, filepath.Join(spec.Dir, made.File), 10) {
			line += " · " + strings.Join(row, " ")
		}
		list = append(list, line)
	}
	return res, list
}
