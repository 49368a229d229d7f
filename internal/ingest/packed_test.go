package ingest

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/xuri/excelize/v2"
)

// TestPackedFiles: every format is read packed, too, and named after the file
// inside.
func TestPackedFiles(t *testing.T) {
	book, err := os.ReadFile(saveBook(t, func(t *testing.T, f *excelize.File) {
		fillRows(t, f, "Sheet1", 1, []any{"a", "b"}, []any{1, "x"}, []any{2, "y"})
	}))
	must(t, err)
	parquet, err := os.ReadFile(writeParquet(t, "SELECT range AS a, 'x' AS b FROM range(2)"))
	must(t, err)
	for name, content := range map[string][]byte{"sales.csv": []byte("a,b\n1,x\n2,y\n"), "sales.json": []byte(`[{"a":1,"b":"x"},{"a":2,"b":"y"}]`),
		"sales.ndjson": []byte("{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}\n"), "sales.xlsx": book, "sales.parquet": parquet} {
		for ext, pack := range map[string]func(io.Writer) io.WriteCloser{
			".gz":  func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
			".zst": func(w io.Writer) io.WriteCloser { z, err := zstd.NewWriter(w); must(t, err); return z },
		} {
			var b bytes.Buffer
			w := pack(&b)
			_, err := w.Write(content)
			must(t, err)
			must(t, w.Close())
			file := filepath.Join(t.TempDir(), "packed")
			must(t, os.WriteFile(file, b.Bytes(), 0o600))
			res, _, err := ingestFile(t, Spec{File: file, Name: name + ext})
			if err != nil {
				t.Errorf("%s: %v", name+ext, err)
				continue
			}
			if tab := res.Tables[0]; tab.Name != "sales" || tab.Rows != 2 || len(tab.Columns) != 2 || res.Receipt.Notes[0].Code != "unpacked" || len(res.Receipt.Notes) != 1 {
				t.Errorf("%s: %s with %d rows, %+v", name+ext, tab.Name, tab.Rows, res.Receipt.Notes)
			}
		}
	}
}
