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
		{"empty array", `[]`, "json", []string{"value"}, nil},
		{"empty object", `{}`, "json", []string{"value"}, [][]string{{"∅"}}},
		{"texts stay texts", `[{"zip":"01234","n":"12","d":"2024-01-31"}]`, "json", []string{"zip", "n", "d"}, [][]string{{"01234", "12", "2024-01-31"}}},
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
