//go:build cgo

package ingest

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"tabletalk/internal/engine"
	"tabletalk/internal/fault"
	"tabletalk/internal/ingest/ods"
	"tabletalk/internal/ingest/sheet"
	"tabletalk/internal/ingest/sheetml"
	"tabletalk/internal/ingest/xls"
	"tabletalk/internal/ingest/xlsx"
)

// decodedPublic decodes the corpus of a character-set detector as a file's
// text is decoded, and compares with its decoding by the right encoding.
func decodedPublic(t *testing.T) []outcome {
	t.Helper()
	dir := publicData(t, "messy", "chardet", "tests")
	var out []outcome
	for _, f := range everyFile(t, dir) {
		rel, err := filepath.Rel(dir, f)
		if err != nil {
			t.Fatal(err)
		}
		dec, _, err := decoderOf(folderEncoding(filepath.Dir(rel)))
		if err != nil {
			continue // an encoding that no browser knows
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		want, err := dec.Bytes(b)
		if err != nil {
			continue
		}
		o := outcome{corpus: "chardet", rel: "chardet#" + filepath.ToSlash(rel), verdict: right}
		got, as := decodeAsFile(t, f, b)
		if o.detail = "decoded as " + as; got != string(trimBOM(want)) {
			o.verdict = wrong
		}
		out = append(out, o)
	}
	return out
}

// folderEncoding is the encoding that the folder of a file names.
func folderEncoding(folder string) string {
	name := strings.ToLower(folder)
	for _, lang := range []string{"-czech", "-hungarian", "-slovak", "-bulgarian", "-russian", "-greek", "-turkish", "-hebrew", "-arabic"} {
		name = strings.TrimSuffix(name, lang)
	}
	if n, ok := encodingNames[name]; ok && name != "ascii" {
		return n
	}
	return name
}

func decodeAsFile(t *testing.T, file string, b []byte) (text, name string) {
	t.Helper()
	j := &job{spec: Spec{File: file, Dir: t.TempDir()}, path: file, progress: func(p engine.Progress) {}}
	if err := j.readHead(); err != nil {
		t.Fatal(err)
	}
	if err := j.settleEncoding(t.Context()); err != nil {
		t.Fatal(err)
	}
	out, err := os.ReadFile(j.path)
	if err != nil {
		t.Fatal(err)
	}
	if !utf8.Valid(out) {
		t.Errorf("%s: what came out is not UTF-8", file)
	}
	return string(trimBOM(out)), j.out.Receipt.Encoding
}

// expectedSheets compares sheets with the text that their makers expect.
func expectedSheets(t *testing.T) []outcome {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(publicData(t, "messy", "SheetJS"), "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	var out []outcome
	for _, file := range files {
		o := outcome{corpus: "SheetJS", rel: "SheetJS#" + filepath.Base(file), verdict: right, detail: "every cell"}
		if why := expectedCSV(t, file); why != "" {
			o.verdict, o.detail = wrong, why
		}
		out = append(out, o)
	}
	return out
}

// expectedCSV compares one sheet; "" when every cell is right.
func expectedCSV(t *testing.T, file string) string {
	parts := strings.Split(filepath.Base(file), ".")
	book := filepath.Join(filepath.Dir(file), strings.Join(parts[:len(parts)-2], "."))
	var n int
	if _, err := fmt.Sscan(parts[len(parts)-2], &n); err != nil {
		return "no number"
	}
	got, err := sheetTexts(book, n)
	if err != nil {
		return code(err)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(strings.NewReader(string(trimBOM(raw))))
	r.FieldsPerRecord = -1
	want, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	top, left := corner(got)
	for i, row := range want {
		for k, cell := range row {
			if text := got[[2]int{top + i, left + k}]; !sameCell(text, cell) {
				return fmt.Sprintf("row %d, column %d: %q, not %q", i+1, k+1, text, cell)
			}
		}
	}
	return ""
}

// corner is the first row and column that hold a cell: an expected csv begins
// there.
func corner(cells map[[2]int]string) (row, col int) {
	row, col = 1<<20, 1<<20
	for at := range cells {
		row, col = min(row, at[0]), min(col, at[1])
	}
	return row, col
}

// sheetTexts gives the cells of the n-th sheet of a workbook.
func sheetTexts(file string, n int) (map[[2]int]string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	wb, err := anyWorkbook(f, info.Size())
	if err != nil {
		return nil, err
	}
	out := map[[2]int]string{}
	if n >= len(wb.Sheets) {
		return out, nil
	}
	_, err = wb.Sheets[n].Read(func(r *sheet.Row) error {
		for _, c := range r.Cells {
			out[[2]int{r.Index, c.Col}] = string(c.Text)
		}
		return nil
	})
	return out, err
}

// anyWorkbook opens a workbook of any format.
func anyWorkbook(f *os.File, size int64) (*sheet.Workbook, error) {
	head := make([]byte, min(size, 2048))
	if _, err := f.ReadAt(head, 0); err != nil {
		return nil, err
	}
	var limits Limits
	limits.defaults()
	switch {
	case sheetml.Is(head):
		return sheetml.Open(func() (io.ReadCloser, error) { return os.Open(f.Name()) }, limits.book())
	case string(head[:2]) != "PK":
		return xls.Open(f, size, limits.book())
	}
	a, err := xlsx.OpenArchive(f, size, limits.archive())
	if err != nil {
		return nil, err
	}
	if ods.Is(a) {
		return ods.Open(a)
	}
	return xlsx.Open(a)
}

func wantFault(t *testing.T, err error, code string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

func code(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Code
	}
	return "not a fault"
}
