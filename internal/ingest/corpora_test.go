package ingest

import (
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
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

// TestPollock reads real open data and one table with one defect per file, and
// compares with what people made of them.
func TestPollock(t *testing.T) {
	for _, set := range []struct {
		name  string
		floor float64
	}{{"polluted_files", 0.95}, {"survey_sample", 0.85}} {
		t.Run(set.name, func(t *testing.T) {
			dir := publicData(t, "Pollock", set.name)
			files, err := filepath.Glob(filepath.Join(dir, "csv", "*"))
			if err != nil || len(files) == 0 {
				t.Fatal(err, len(files))
			}
			sum, tmp := 0.0, t.TempDir()
			conn := openEngine(t, filepath.Dir(tmp), files...)
			for _, f := range files {
				want := readClean(t, filepath.Join(dir, "clean", filepath.Base(f)))
				head, rows, res, err := readInto(t, conn, tmp, f)
				score := 0.0
				if err == nil {
					score = matched(head, rows, want)
				}
				sum += score
				if score < 0.98 {
					d := ""
					if res != nil {
						d = fmt.Sprintf("delim %q header %d rows %d/%d rejected %d notes %d", res.Receipt.Delimiter, res.Receipt.HeaderRow, res.Receipt.RowsRead, len(want)-1, res.Receipt.RowsRejected, len(res.Receipt.Notes))
					}
					t.Logf("%5.1f %% %s: %s %v", 100*score, filepath.Base(f), d, err)
				}
			}
			mean := sum / float64(len(files))
			t.Logf("%s: %.2f %% of cells right on average over %d files", set.name, 100*mean, len(files))
			if mean < set.floor {
				t.Errorf("below %.0f %%", 100*set.floor)
			}
		})
	}
}

// TestSpectrum reads the acid tests of CSV.
func TestSpectrum(t *testing.T) {
	dir := publicData(t, "messy", "csv-spectrum")
	files, err := filepath.Glob(filepath.Join(dir, "csvs", "*.csv"))
	if err != nil || len(files) == 0 {
		t.Fatal(err, len(files))
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, "json", strings.TrimSuffix(filepath.Base(f), ".csv")+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var want []map[string]string
		if json.Unmarshal(b, &want) != nil {
			one := map[string]string{}
			if err := json.Unmarshal(b, &one); err != nil {
				t.Fatal(err)
			}
			want = append(want, one)
		}
		head, rows, _, err := readAll(t, f)
		if err != nil || len(rows) != len(want) {
			t.Errorf("%s: %d rows of %d, %v", f, len(rows), len(want), err)
			continue
		}
		if strings.HasPrefix(filepath.Base(f), "location") {
			continue // its expected values belong to another file
		}
		for i, w := range want {
			for k, name := range head {
				if v, ok := w[name]; !ok || !sameCell(rows[i][k], v) {
					t.Errorf("%s row %d %s: %q, want %q", f, i, name, rows[i][k], v)
				}
			}
		}
	}
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

// TestMessyText reads every text file of the corpora: each loads or is refused
// with a reason, none hangs, and its rows add up.
func TestMessyText(t *testing.T) {
	root := publicData(t, "messy")
	tmp := t.TempDir()
	conn := openEngine(t, filepath.Dir(tmp), everyFile(t, root)...)
	loaded, refused := 0, map[string]int{}
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch strings.ToLower(filepath.Ext(path)) {
		case ".csv", ".tsv", ".txt", ".prn", ".gz", ".zst", ".bz2", ".csv2k":
		default:
			return nil
		}
		_, rows, res, err := readInto(t, conn, tmp, path)
		if err != nil {
			refused[fault.Of(err).Code]++
			if testing.Verbose() {
				t.Logf("refused %s: %v", strings.TrimPrefix(path, root), err)
			}
			return nil
		}
		loaded++
		if int64(len(rows)) != res.Tables[0].Rows {
			t.Errorf("%s: %d rows in the table, %d told", path, len(rows), res.Tables[0].Rows)
		}
		if testing.Verbose() {
			t.Logf("loaded %s: %dx%d rejected %d delim %q enc %s", strings.TrimPrefix(path, root), len(rows), len(res.Tables[0].Columns), res.Receipt.RowsRejected, res.Receipt.Delimiter, res.Receipt.Encoding)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d loaded, refused %v", loaded, refused)
}
