//go:build cgo

package ingest

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// twinSheets compares workbooks that were saved in several formats, cell by
// cell, with the one in the format of most.
func twinSheets(t *testing.T) []outcome {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(publicData(t, "messy", "SheetJS"), "*"))
	if err != nil {
		t.Fatal(err)
	}
	var out []outcome
	for _, file := range files {
		ext := filepath.Ext(file)
		stem := strings.TrimSuffix(file, ext)
		twin := twinOf(stem)
		if twin == "" || twin == file || !strings.Contains(" .xls .xlsb .ods .xml ", " "+strings.ToLower(ext)+" ") {
			continue
		}
		o := outcome{corpus: "SheetJS", rel: "SheetJS~" + filepath.Base(file), verdict: right, detail: "like " + filepath.Base(twin)}
		if why := unlike(file, twin); why != "" {
			o.verdict, o.detail = wrong, why
		}
		out = append(out, o)
	}
	return out
}

func twinOf(stem string) string {
	for _, s := range []string{stem, strings.TrimSuffix(strings.TrimSuffix(stem, ".xlsx"), ".xls"), strings.TrimSuffix(stem, ".xlsb")} {
		for _, ext := range []string{".xlsx", ".xlsm"} {
			if _, err := os.Stat(s + ext); err == nil {
				return s + ext
			}
		}
	}
	return ""
}

// unlike tells the first cell in which two workbooks differ.
func unlike(a, b string) string {
	for n := range 10 {
		one, err := sheetTexts(a, n)
		if err != nil {
			return err.Error()
		}
		two, err := sheetTexts(b, n)
		if err != nil {
			return err.Error()
		}
		for _, at := range slices.SortedFunc(maps.Keys(two), func(a, b [2]int) int { return slices.Compare(a[:], b[:]) }) {
			text := two[at]
			if !sameCell(one[at], text) && !sameCell(text, one[at]) {
				return fmt.Sprintf("sheet %d, row %d, column %d: %q, not %q", n+1, at[0]+1, at[1]+1, one[at], text)
			}
		}
		if len(one) != len(two) {
			return fmt.Sprintf("sheet %d: %d cells, not %d", n+1, len(one), len(two))
		}
	}
	return ""
}
