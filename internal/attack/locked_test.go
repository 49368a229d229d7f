//go:build cgo && linux

package attack

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"
)

// messy is the folder of public files that are hard to read.
func messy(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "messy", filepath.FromSlash(name)))
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatal(err)
	}
	if err != nil {
		t.Skipf("the public test files are not there: %v", err)
	}
	return content
}

// locked is a workbook that a password opens.
func locked(t *testing.T, password string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close() //nolint:errcheck // it lives in memory
	for i, row := range [][]any{{"a", "b"}, {1, 2}, {3, 4}} {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b, excelize.Options{Password: password}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A file that is locked is refused for that reason, opened where its password
// comes along, and the password is nowhere afterwards.
func TestLockedFiles(t *testing.T) {
	const password = "open-sesame-3b1d"
	h := open(t, asWorker)
	h.hidden = append(h.hidden, password)
	book := locked(t, password)
	for _, c := range []struct {
		decisions, name string
		content         []byte
		want            string
	}{
		{`{}`, "book.xlsx", book, "422 password_needed"},
		{`{"password":"wrong"}`, "book.xlsx", book, "422 password_wrong"},
		{`{"password":"` + password + `"}`, "half.xlsx", half(book), "422 password_wrong"},
		{`{"password":"` + password + `"}`, "book.xlsx", book, "200"},
		{`{"format":"parquet"}`, "table.csv", text("a,b\n1,2\n"), "422 parquet_damaged"},
		{`{"format":"nonsense"}`, "table.csv", text("a,b\n1,2\n"), "422 decision_invalid"},
		{`{"header_row":0,"delimiter":";"}`, "bare.csv", text("001;2\n"), "200"},
		{`{"header_rows":2}`, "two.csv", text("a,b\nx,y\n1,2\n"), "200"},
		{`{"header_rows":`, "broken.csv", text("a,b\n1,2\n"), "400 decisions_invalid"},
	} {
		before := h.stored(t)
		a := h.decided(t, c.decisions, c.name, c.content)
		if a.String() != c.want {
			t.Errorf("%s with %s: %s, want %s\n%.300s", c.name, c.decisions, a, c.want, a.body)
		}
		if refused(a) {
			h.leaves(t, c.name, before)
		}
		h.healthy(t, c.name, a)
	}
	clean(t, "the log", h.logged(t), password)
}

// Workbooks of the old format that others locked are refused for that reason.
func TestLockedByOthers(t *testing.T) {
	h := open(t, asWorker)
	for name, want := range map[string]string{
		"poi/test-data/spreadsheet/password.xls":                                  "422 file_encrypted",
		"SheetJS/password_2002_40_dss.xls":                                        "422 file_encrypted",
		"parquet-testing/data/encrypt_columns_and_footer_ctr.parquet.encrypted":   "422 file_encrypted",
		"parquet-testing/data/encrypt_columns_plaintext_footer.parquet.encrypted": "422 file_encrypted",
		"duckdb/data/parquet-testing/encryption/encrypted_column.parquet":         "422 file_encrypted",
	} {
		content, before := messy(t, name), h.stored(t)
		a := h.offer(t, filepath.Base(name), content)
		if a.String() != want {
			t.Errorf("%s: %s, want %s\n%.300s", name, a, want, a.body)
		}
		h.leaves(t, name, before)
		h.healthy(t, name, a)
	}
}
