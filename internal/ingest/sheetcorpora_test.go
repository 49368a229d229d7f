package ingest

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tabletalk/internal/fault"
)

func wantFault(t *testing.T, err error, code string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

// rightlyRefused are the reasons that name what a file is; damaged counts only
// for files made to be so.
func rightlyRefused(file string, f *fault.Error) bool {
	switch f.Code {
	case "file_encrypted", "password_needed", "file_empty", "xml_unsafe", "archive_bomb", "format_unsupported":
		return !strings.HasSuffix(file, ".xlsb")
	}
	base := filepath.Base(file)
	for _, s := range []string{"clusterfuzz", "corrupt", "poc-", "OOM_", "too_small", "61300"} {
		if strings.Contains(base, s) {
			return true
		}
	}
	return false
}

// TestSheetCorpora reads the spreadsheets that other projects test with. Each
// loads, or its refusal names the reason. The score is kept beside.
func TestSheetCorpora(t *testing.T) {
	dir := t.TempDir()
	root := publicData(t, "messy")
	conn := openEngine(t, dir, everyFile(t, root)...)
	var score strings.Builder
	for _, corpus := range []string{"SheetJS", "calamine", "poi"} {
		loaded, right, wrong := 0, 0, []string{}
		for _, file := range everyFile(t, filepath.Join(root, corpus)) {
			if !slices.Contains([]string{".xls", ".xlsx", ".xlsm", ".xlsb", ".ods"}, strings.ToLower(filepath.Ext(file))) {
				continue
			}
			_, _, _, err := readInto(t, conn, dir, file)
			var f *fault.Error
			switch {
			case err == nil:
				loaded++
			case errors.As(err, &f) && rightlyRefused(file, f):
				right++
			default:
				wrong = append(wrong, fmt.Sprintf("  %s: %v", filepath.Base(file), code(err)))
			}
		}
		fmt.Fprintf(&score, "%s: loaded %d, refused rightly %d, refused wrongly %d\n", corpus, loaded, right, len(wrong))
		for _, w := range wrong {
			score.WriteString(w + "\n")
		}
	}
	score.WriteString(expectedCSVs(t, filepath.Join(root, "SheetJS")))
	compareGolden(t, filepath.Join("testdata", "workbooks", "score.txt"), score.String())
}

func code(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Code
	}
	return "not a fault"
}

// expectedCSVs compares sheets with the text that their makers expect.
func expectedCSVs(t *testing.T, dir string) string {
	files, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	equal := 0
	for _, file := range files {
		why := expectedCSV(t, file)
		if why == "" {
			equal++
			continue
		}
		fmt.Fprintf(&out, "  %s: %s\n", filepath.Base(file), why)
	}
	return fmt.Sprintf("sheets with an expected csv: %d of %d equal\n%s", equal, len(files), &out)
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
