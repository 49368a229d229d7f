package ingest

import (
	"context"
	"database/sql"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"tabletalk/internal/fault"
)

// publicData is where the test data that others wrote lies; tests that need it
// are skipped where it is absent, but not in CI.
func publicData(t *testing.T, parts ...string) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join(append([]string{"..", "..", "..", "shared", "data"}, parts...)...))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the public test data is missing: %v", err)
		}
		t.Skipf("the public test data is missing: %v", err)
	}
	return dir
}

// readAll ingests a file and gives header and rows as texts.
func readAll(t *testing.T, file string) ([]string, [][]string, *Result, error) {
	t.Helper()
	dir := t.TempDir()
	return readInto(t, openEngine(t, dir, file), dir, file)
}

// readInto is readAll for many files on one connection.
func readInto(t *testing.T, conn *sql.Conn, parent, file string) ([]string, [][]string, *Result, error) {
	t.Helper()
	dir, err := os.MkdirTemp(parent, "in")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	res, err := Work(ctx, conn, Spec{File: file, Name: filepath.Base(file), Dir: dir}, nil)
	if err != nil {
		var e *fault.Error
		if !errors.As(err, &e) {
			t.Errorf("%s: not a fault: %v", file, err)
		}
		return nil, nil, nil, err
	}
	var head []string
	for _, c := range res.Tables[0].Columns {
		head = append(head, c.Name)
	}
	return head, tableRows(t, conn, filepath.Join(dir, res.Tables[0].File), 1_000_000), res, nil
}

// sameCell compares a cell that was read with the text that it should be: as
// text, as a number, or as a date.
func sameCell(got, want string) bool {
	want = strings.TrimSpace(want)
	got = strings.TrimSpace(got)
	if got == want || got == "∅" && (want == "" || nullWords[want]) {
		return true
	}
	w := want
	if n, ok := parseNumber(want); ok {
		w = plainDigits(n.dec == markComma, want)
	}
	a, err1 := strconv.ParseFloat(got, 64)
	b, err2 := strconv.ParseFloat(w, 64)
	if err1 == nil && err2 == nil {
		return a == b
	}
	if m, ok := parseMoment(want); ok {
		for _, lay := range []layouts{m.lay & (layDMY | layDMy), m.lay & (layMDY | layMDy), m.lay} {
			for _, typ := range []string{"date", "datetime", "time"} {
				c := &column{}
				d := decided{typ: map[string]decided{"date": {typ: "date"}, "datetime": {typ: "datetime"}, "time": {typ: "time"}}[typ].typ, lay: lay}
				if s, _ := c.momentValue(d, want).(string); strings.Replace(s, "T", " ", 1) == got {
					return true
				}
			}
		}
	}
	if f, ok := boolForms[strings.ToLower(want)]; ok {
		return got == fmt.Sprint(f.yes)
	}
	return got == "true" && want == "1" || got == "false" && want == "0"
}

// matched is the share of wanted cells (header included) that are right in the
// row where they should be; rows keep their order, but some may be left out.
func matched(head []string, rows [][]string, want [][]string) float64 {
	total, right, at := 0, 0, 0
	rows = append([][]string{head}, rows...)
	for _, w := range want {
		total += len(w)
		best, next := 0, at
		for i := at; i < min(at+8, len(rows)) && best < len(w); i++ {
			n := 0
			for k, cell := range w {
				if k < len(rows[i]) && sameCell(rows[i][k], cell) {
					n++
				}
			}
			if n > best && 2*n >= len(w) {
				best, next = n, i+1
			}
		}
		right, at = right+best, next
	}
	return float64(right) / float64(max(total, 1))
}

func readClean(t *testing.T, file string) [][]string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(strings.NewReader(string(trimBOM(b))))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// everyFile lists the files below a folder.
func everyFile(t *testing.T, root string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			list = append(list, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}
