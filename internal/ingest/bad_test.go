package ingest

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tabletalk/internal/fault"
)

func TestRefusals(t *testing.T) {
	for _, c := range []struct{ name, text, code, words string }{
		{"empty", "", "file_empty", "empty"},
		{"only blanks", "\n\n\r\n", "file_empty", "no rows"},
		{"only a mark", "\xef\xbb\xbf", "file_empty", ""},
		{"program", "\x7fELF\x02\x01\x01\x00\x00\x00", "format_unsupported", "program"},
		{"noise", string(noise(5000)), "format_unsupported", "bytes"},
		{"workbook", "PK\x03\x04\x14\x00", "file_damaged", "ZIP"},
		{"pdf", "%PDF-1.7\n1 0 obj", "format_unsupported", "PDF"},
		{"many columns", strings.Repeat("a,", 5000) + "b\n" + strings.Repeat("1,", 5000) + "2\n", "too_many_columns", "max-columns"},
		{"damaged gzip", "\x1f\x8b\x08\x00\x00\x00", "archive_damaged", "gzip"},
		{"damaged zstd", "\x28\xb5\x2f\xfd\x00\x00", "archive_damaged", "zstd"},
		{"broken json", `[{"a":1},]`, "json_invalid", "line 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := ingestText(t, c.text)
			if !fault.Is(err, c.code) || !strings.Contains(err.Error(), c.words) {
				t.Errorf("%v, want %s with %q", err, c.code, c.words)
			}
		})
	}
}

// noise is bytes as in a compressed file.
func noise(n int) []byte {
	b, x := make([]byte, n), uint32(1)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = byte(x >> 24)
	}
	return b
}

func TestLongLine(t *testing.T) {
	for name, text := range map[string]string{
		"no line end at all": strings.Repeat("x", 20<<20),
		"in the middle":      "a,b\n1,2\n3," + strings.Repeat("y", 20<<20) + "\n5,6\n",
		"quoted":             "a,b\n1,\"" + strings.Repeat("many words ", 2<<20) + "\"\n",
	} {
		_, _, err := ingestText(t, text)
		if !fault.Is(err, "line_too_long") || !strings.Contains(err.Error(), "max-line-bytes") || !fault.IsKind(err, fault.TooLarge) {
			t.Errorf("%s: %.200v", name, err)
		}
	}
	res, _, err := ingestText(t, "a,b\n1,\"open\n"+strings.Repeat("2,fine\n", 3<<20))
	if err != nil || res.Receipt.RowsRejected != 1 || res.Receipt.RowsRead != 3<<20 {
		t.Errorf("an open quote costs more than its line: %.200v", err)
	}
	res, _, err = ingestText(t, "a,b\n1,"+strings.Repeat("z", 5<<20)+"\n2,x\n")
	if err != nil || res.Tables[0].Rows != 2 {
		t.Errorf("a line below the limit: %.200v", err)
	}
}

func TestBomb(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	row := bytes.Repeat([]byte("aaaaaaaa,bbbbbbbb\n"), 1<<12)
	for range 1100 {
		if _, err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := ingestText(t, packed.String()); !fault.Is(err, "archive_bomb") {
		t.Errorf("unpacks to 600 times its size: %v", err)
	}
	_, _, err := ingestText(t, packed.String(), func(s *Spec) { s.Limits.UnpackedBytes = 1 << 20 })
	if !fault.Is(err, "archive_bomb") || !strings.Contains(err.Error(), "max-unpacked-bytes") {
		t.Errorf("unpacks to more than the limit: %v", err)
	}
}

func TestWideFile(t *testing.T) {
	var b strings.Builder
	for line := range 50 {
		for c := range 200 {
			if c > 0 {
				b.WriteByte(',')
			}
			if line == 0 {
				fmt.Fprintf(&b, "c%d", c)
			} else {
				fmt.Fprint(&b, line*c)
			}
		}
		b.WriteByte('\n')
	}
	res, _, err := ingestText(t, b.String())
	if err != nil {
		t.Fatal(err)
	}
	if got := res.Tables[0]; len(got.Columns) != 200 || got.Rows != 49 || got.Columns[199].Name != "c199" {
		t.Errorf("%d columns, %d rows", len(got.Columns), got.Rows)
	}
}

func TestDecisionsOfAPerson(t *testing.T) {
	line := 2
	none := 0
	for _, c := range []struct {
		name, text string
		change     func(*Spec)
		columns    []string
		rows       int64
	}{
		{"delimiter", "a;b,c\n1;2,3\n", func(s *Spec) { s.Delimiter = ";" }, []string{"a", "b,c"}, 1},
		{"header line", "junk,junk\na,b\n1,2\n", func(s *Spec) { s.Header = &line }, []string{"a", "b"}, 1},
		{"no header", "a,b\n1,2\n", func(s *Spec) { s.Header = &none }, []string{"column_1", "column_2"}, 2},
		{"quote", "a,b\n'x,y',2\n", func(s *Spec) { s.Quote = "'" }, []string{"a", "b"}, 1},
		{"encoding", "name\n\xe4\xf6\xfc\n", func(s *Spec) { s.Encoding = "windows-1252" }, []string{"name"}, 1},
		{"null words", "a\n1\nmissing\n3\n", func(s *Spec) { s.Nulls = []string{"missing"} }, []string{"a"}, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			res, _, err := ingestText(t, c.text, c.change)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, col := range res.Tables[0].Columns {
				names = append(names, col.Name)
			}
			if strings.Join(names, "|") != strings.Join(c.columns, "|") || res.Receipt.RowsRead != c.rows {
				t.Errorf("columns %q, %d rows, want %q, %d", names, res.Receipt.RowsRead, c.columns, c.rows)
			}
		})
	}
	if _, _, err := ingestText(t, "a\n1\n", func(s *Spec) { s.Encoding = "martian" }); !fault.Is(err, "encoding_unknown") {
		t.Errorf("unknown encoding: %v", err)
	}
}

// FuzzLexer: whatever the bytes, the records cover them all, in order.
func FuzzLexer(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\"a\nb\",c\r\n", "\"open\nx,y", "a,\"b\"c\",d\n", "x;\"\\\"\";y\n", "\r\r\n,,\n\"\"\n"} {
		f.Add([]byte(s), ",", byte('"'), byte('"'), false)
		f.Add([]byte(s), ";", byte('\''), byte('\\'), true)
		f.Add([]byte(s), "||", byte('"'), byte('\\'), false)
	}
	f.Fuzz(func(t *testing.T, b []byte, delim string, quote, escape byte, cr bool) {
		if len(delim) > 4 || strings.ContainsAny(delim, "\r\n") || quote == '\n' || quote == '\r' || escape == '\n' {
			return
		}
		d := dialect{delim: delim, quote: quote, escape: escape, cr: cr}
		l := newLexer(&trickle{b: b}, d, 1<<20)
		whole := lexBytes(b, d)
		for {
			rec, err := l.next()
			rec2, err2 := whole.next()
			if (err == nil) != (err2 == nil) {
				t.Fatalf("in pieces %v, whole %v", err, err2)
			}
			if err != nil {
				break
			}
			if len(rec.fields) != len(rec2.fields) || rec.bad != rec2.bad || rec.line != rec2.line || !bytes.Equal(rec.raw, rec2.raw) {
				t.Fatalf("record %q in pieces, %q whole", rec.raw, rec2.raw)
			}
			for i := range rec.fields {
				if !bytes.Equal(rec.fields[i], rec2.fields[i]) {
					t.Fatalf("field %q in pieces, %q whole", rec.fields[i], rec2.fields[i])
				}
			}
		}
		if l.moved != int64(len(b)) {
			t.Fatalf("%d bytes given of %d", l.moved, len(b))
		}
	})
}

// trickle gives few bytes at a time.
type trickle struct {
	b []byte
	n int
}

func (r *trickle) Read(p []byte) (int, error) {
	if len(r.b) == 0 {
		return 0, io.EOF
	}
	r.n = r.n%7 + 1
	n := copy(p[:min(len(p), r.n)], r.b)
	r.b = r.b[n:]
	return n, nil
}

// FuzzWork reads strangers' bytes as a file: a table or a fault, never
// anything else, and the table holds the rows that the receipt tells.
func FuzzWork(f *testing.F) {
	files, _ := filepath.Glob("testdata/receipts/*")
	for _, file := range files {
		if b, err := os.ReadFile(file); err == nil && !strings.HasSuffix(file, ".golden") {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if bytes.HasPrefix(b, []byte("PAR1")) {
			return // the engine's own reader, in a worker
		}
		dir := t.TempDir()
		res, conn, err := ingestText(t, string(b), into(dir))
		if err != nil {
			var e *fault.Error
			if !errors.As(err, &e) {
				t.Fatalf("not a fault: %v", err)
			}
			return
		}
		if rows := tableRows(t, conn, filepath.Join(dir, res.Tables[0].File), 1_000_000); int64(len(rows)) != res.Receipt.RowsRead {
			t.Errorf("%d rows in the table, %d told", len(rows), res.Receipt.RowsRead)
		}
	})
}
