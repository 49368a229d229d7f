//go:build cgo

package ingest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// judge knows what is expected of a file.
type judge struct {
	decisions Decisions
	refusal   bool                             // it is to be refused
	either    bool                             // it may be refused or read
	loaded    func(o *outcome, t [][][]string) // compares what was read; nil: nothing to compare with
}

// specific are refusals that say what a file is.
var specific = []string{"file_encrypted", "password_needed", "file_empty", "xml_unsafe", "archive_bomb", "format_unsupported", "archive_without_tables", "parquet_unsupported"}

// madeBroken are parts of the names of files that are damaged on purpose.
var madeBroken = []string{"bad_data", "broken", "corrupt", "clusterfuzz", "poc-", "fuzz", "invalid", "malformed", "OOM_", "too_small", "bad-", "malicious", "neg_compressed", "negative_def", "afl/",
	"internal_6129", "61300", "case-127"}

// mayRefuse reports whether the refusal is right.
func (j judge) mayRefuse(f publicFile, code string) bool {
	if j.refusal || j.either || slices.Contains(specific, code) {
		return true
	}
	for _, b := range madeBroken {
		if strings.Contains(f.rel, b) {
			return true
		}
	}
	return false
}

// publicFiles lists the files of the corpora, in order, with what is expected.
func publicFiles(t *testing.T) []publicFile {
	t.Helper()
	var out []publicFile
	for _, root := range []string{publicData(t, "messy"), publicData(t, "Pollock")} {
		for _, path := range everyFile(t, root) {
			rel, err := filepath.Rel(root, path)
			if err != nil {
				t.Fatal(err)
			}
			rel = filepath.ToSlash(rel)
			if filepath.Base(root) == "Pollock" {
				rel = "Pollock/" + rel
			}
			if beside(rel) {
				continue
			}
			f := publicFile{rel: rel, path: path}
			f.corpus, _, _ = strings.Cut(rel, "/")
			f.about = expected(t, f)
			out = append(out, f)
		}
	}
	return out
}

// beside reports files that tell of others: licences, and what is expected.
func beside(rel string) bool {
	base := filepath.Base(rel)
	for _, s := range []string{"LICENSE", "NOTICE", "README"} {
		if strings.HasPrefix(base, s) {
			return true
		}
	}
	switch filepath.Ext(base) {
	case ".md", ".bin", ".value", ".metadata":
		return true
	}
	return strings.HasPrefix(rel, "csv-spectrum/json/") || strings.Contains(rel, "/clean/") || strings.Contains(rel, "/parameters/") || strings.HasPrefix(rel, "poi/legal/")
}

// expected finds what the makers of a corpus say of a file.
func expected(t *testing.T, f publicFile) judge {
	t.Helper()
	base := filepath.Base(f.rel)
	switch f.corpus {
	case "JSONTestSuite":
		j := judge{decisions: Decisions{Format: "json"}, refusal: strings.HasPrefix(base, "n_"), either: !strings.HasPrefix(base, "y_")}
		if strings.HasPrefix(base, "y_") {
			j.loaded = func(o *outcome, _ [][][]string) { o.verdict = right }
		} else if j.refusal {
			j.loaded = func(o *outcome, _ [][][]string) { o.verdict, o.detail = wrong, "read, though it is no JSON" }
		}
		return j
	case "csv-spectrum":
		return judge{loaded: func(o *outcome, tables [][][]string) { likeJSON(t, f, o, tables[0]) }}
	case "Pollock":
		return judge{loaded: func(o *outcome, tables [][][]string) {
			want := readClean(t, strings.Replace(f.path, "/csv/", "/clean/", 1))
			o.share = matched(tables[0][0], tables[0][1:], want)
			if o.verdict = right; o.share < 0.98 {
				o.verdict, o.detail = wrong, fmt.Sprintf("%.1f %% of the cells, read as %s; %d rows are expected", 100*o.share, o.detail, len(want)-1)
			}
		}}
	}
	return judge{}
}

// likeJSON compares a table with the objects that are expected.
func likeJSON(t *testing.T, f publicFile, o *outcome, rows [][]string) {
	base := strings.TrimSuffix(filepath.Base(f.path), ".csv")
	if base == "location_coordinates" {
		return // its expected values belong to another file
	}
	b, err := os.ReadFile(filepath.Join(filepath.Dir(filepath.Dir(f.path)), "json", base+".json"))
	if err != nil {
		t.Error(err)
		return
	}
	var want []map[string]string
	if json.Unmarshal(b, &want) != nil {
		one := map[string]string{}
		if err := json.Unmarshal(b, &one); err != nil {
			t.Error(err)
		}
		want = append(want, one)
	}
	o.verdict = right
	if len(rows)-1 != len(want) {
		o.verdict, o.detail = wrong, fmt.Sprintf("%d rows of %d", len(rows)-1, len(want))
		return
	}
	for i, w := range want {
		for k, name := range rows[0] {
			if v, ok := w[name]; !ok || !sameCell(rows[i+1][k], v) {
				o.verdict, o.detail = wrong, fmt.Sprintf("row %d, %s: %q, not %q", i+1, name, rows[i+1][k], v)
			}
		}
	}
}
