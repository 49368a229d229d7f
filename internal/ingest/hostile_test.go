package ingest

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"tabletalk/internal/fault"
)

// TestHostileNames: what a file is called never reaches a path, a name in SQL
// or a message as it is.
func TestHostileNames(t *testing.T) {
	for _, name := range []string{"../../etc/passwd", "a\x00b.csv", strings.Repeat("x", 4096) + ".csv", "\u202etxt.exe\u202c.csv", `C:\data\..\x.csv`, "'; DROP TABLE t; --.csv", "\xff\xfe.csv", "..", ""} {
		res, _, err := ingestText(t, "a,b\n1,2\n", func(s *Spec) { s.Name = name })
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		tab := res.Tables[0]
		if strings.ContainsFunc(tab.Name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' }) || len(tab.Name) > 100 || tab.File != "table-1.parquet" {
			t.Errorf("%.60q: table %q in %q", name, tab.Name, tab.File)
		}
		_, _, err = ingestText(t, "%PDF-1.7", func(s *Spec) { s.Name = name })
		if text := err.Error(); !utf8.ValidString(text) || len(text) > 400 || strings.ContainsAny(text, "\x00\u202e\u202c") {
			t.Errorf("%.60q: message %q", name, text)
		}
	}
}

// TestHostileMembers: neither does what the files of an archive are called.
func TestHostileMembers(t *testing.T) {
	file := zipOf(t, [2]string{"../../../evil.csv", "a,b\n1,2\n"}, [2]string{"/etc/x.csv", "a,b\n3,4\n"}, [2]string{"d\x00/\u202ey.csv", "a,b\n5,6\n"}, [2]string{strings.Repeat("n", 4000) + ".csv", "a,b\n7,8\n"})
	dir := t.TempDir()
	res, _, err := ingestFile(t, Spec{File: file, Name: "all.zip", Dir: filepath.Join(dir, "out")})
	if err == nil {
		t.Fatal("the folder is not there, and no error", res)
	}
	must(t, os.Mkdir(filepath.Join(dir, "in"), 0o700))
	res, _, err = ingestFile(t, Spec{File: file, Name: "all.zip", Dir: filepath.Join(dir, "in")})
	if err != nil || len(res.Tables) != 4 {
		t.Fatal(res, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("beside the folder: %v %v", left, err)
	}
	for _, p := range res.Receipt.Parts {
		if strings.ContainsAny(p.File, "/\x00\u202e") || len(p.File) > maxName {
			t.Errorf("part %q", p.File)
		}
	}
}

// TestTooWide: a hundred thousand columns are refused early, in every format.
func TestTooWide(t *testing.T) {
	var csv, object, ndjson strings.Builder
	object.WriteString("{")
	for i := range 100_000 {
		fmt.Fprintf(&csv, "c%d,", i)
		fmt.Fprintf(&object, `"c%d":1,`, i)
		fmt.Fprintf(&ndjson, "{\"c%d\":1}\n", i)
	}
	for name, text := range map[string]string{"csv": csv.String() + "z\n" + strings.Repeat("1,", 100_000) + "2\n", "json": "[" + object.String() + `"z":1}]`, "ndjson": ndjson.String()} {
		if _, _, err := ingestText(t, text); !fault.Is(err, "too_many_columns") || !strings.Contains(err.Error(), "max-columns") {
			t.Errorf("%s: %.200v", name, err)
		}
	}
}

// TestTruncated: whatever is cut off, the rest is read or refused as the
// file's own fault.
func TestTruncated(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := w.Write([]byte(strings.Repeat("a,b\n1,2\n", 1000)))
	must(t, err)
	must(t, w.Close())
	book, err := os.ReadFile(saveBook(t, buildSeveral))
	must(t, err)
	archive, err := os.ReadFile(zipOf(t, [2]string{"a.csv", "a,b\n1,2\n"}, [2]string{"b.json", `[{"k":1}]`}))
	must(t, err)
	parquet, err := os.ReadFile(writeParquet(t, "SELECT range AS id, 'x' || range AS t FROM range(1000)"))
	must(t, err)
	for name, b := range map[string][]byte{"gzip": packed.Bytes(), "xlsx": book, "zip": archive, "parquet": parquet,
		"json": []byte(`[{"a":1,"b":"two"},{"a":2,"b":"three"}]`), "utf16": []byte("\xff\xfea\x00,\x00b\x00\n\x001\x00,\x002\x00\n\x00")} {
		for _, part := range []int{1, 3, 5, 8, 9} {
			cut := string(b[:len(b)*part/10])
			if part == 9 {
				cut = string(b[:len(b)-1])
			}
			_, _, err := ingestText(t, cut)
			var f *fault.Error
			if err != nil && (!errors.As(err, &f) || f.Kind != fault.Invalid) {
				t.Errorf("%s, %d of %d bytes: %v", name, len(cut), len(b), err)
			}
		}
	}
}

// TestNulsAreDropped, and told.
func TestNulsAreDropped(t *testing.T) {
	res, _, err := ingestText(t, "a,b\n1\x00,x\x00y\n2,z\n")
	if err != nil || res.Tables[0].Rows != 2 || !strings.Contains(fmt.Sprint(res.Receipt.Notes), "nul_bytes") {
		t.Errorf("%+v %v", res, err)
	}
}

// TestWrongExtension: the bytes decide, and the receipt says so.
func TestWrongExtension(t *testing.T) {
	book := saveBook(t, func(t *testing.T, f *excelize.File) { fillRows(t, f, "Sheet1", 1, []any{"a"}, []any{1}) })
	text := filepath.Join(t.TempDir(), "x")
	must(t, os.WriteFile(text, []byte("a,b\n1,2\n"), 0o600))
	for _, c := range []struct {
		file, name string
		told       bool
	}{
		{book, "sales.csv", true}, {book, "sales.xlsx", false}, {book, "sales", false}, {text, "sales.xls", true}, {text, "sales.json", true},
		{text, "sales.csv", false}, {text, "sales.txt.gz", false}, {text, "sales.v2", false},
	} {
		res, _, err := ingestFile(t, Spec{File: c.file, Name: c.name})
		if err != nil {
			t.Fatal(err)
		}
		if told := strings.Contains(fmt.Sprint(res.Receipt.Notes), "wrong_extension"); told != c.told {
			t.Errorf("%s: %v", c.name, res.Receipt.Notes)
		}
	}
}
