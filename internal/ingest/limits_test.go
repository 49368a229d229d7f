package ingest

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"tabletalk/internal/fault"
)

// TestLimits: every limit is the setting's, and an error that meets it names
// the setting.
func TestLimits(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 8) + "1" + strings.Repeat("}", 8)
	for _, c := range []struct {
		setting, code, text string
		tight, wide         Limits
	}{
		{"max-columns", "too_many_columns", "a,b,c\n1,2,3\n", Limits{Columns: 2}, Limits{Columns: 3}},
		{"max-line-bytes", "line_too_long", "a,b\n1," + strings.Repeat("x", 9000) + "\n", Limits{LineBytes: 8000}, Limits{LineBytes: 10_000}},
		{"max-unpacked-bytes", "archive_bomb", zipped(t, "a,b\n"+strings.Repeat("1,2\n", 3000)), Limits{UnpackedBytes: 12_000}, Limits{UnpackedBytes: 12_004}},
		{"archive-ratio", "archive_bomb", zipped(t, "a\n"+strings.Repeat("1\n", bombMinimum/2)), Limits{Ratio: 2}, Limits{Ratio: 2000}},
		{"max-json-depth", "json_too_deep", "[" + deep + "]", Limits{JSONDepth: 6}, Limits{JSONDepth: 9}},
		{"max-json-depth", "json_too_deep", deep + "\n" + deep, Limits{JSONDepth: 6}, Limits{JSONDepth: 8}},
		{"max-json-depth", "json_too_deep", "[" + strings.ReplaceAll(deep, "1", strings.Repeat(`{"b":`, 70)+"1"+strings.Repeat("}", 70)) + "]", Limits{}, Limits{JSONDepth: 100}},
		{"max-json-object-bytes", "json_object_too_large", `{"rows":[{"a":1},{"a":2}]}`, Limits{JSONObjectBytes: 20}, Limits{JSONObjectBytes: 26}},
	} {
		t.Run(c.setting, func(t *testing.T) {
			_, _, err := ingestText(t, c.text, func(s *Spec) { s.Limits = c.tight })
			if !fault.Is(err, c.code) || !strings.Contains(err.Error(), "("+c.setting+")") {
				t.Errorf("%v, want %s that names %s", err, c.code, c.setting)
			}
			if _, _, err := ingestText(t, c.text, func(s *Spec) { s.Limits = c.wide }); err != nil {
				t.Errorf("within the limit: %v", err)
			}
		})
	}
}

func TestParquetFooterLimit(t *testing.T) {
	text := "PAR1" + strings.Repeat("x", 1000) + "\xe8\x03\x00\x00PAR1"
	for limit, code := range map[int64]string{999: "parquet_footer_too_large", 1000: "parquet_damaged"} {
		_, _, err := ingestText(t, text, func(s *Spec) { s.Limits.FooterBytes = limit })
		if !fault.Is(err, code) {
			t.Errorf("with a limit of %d: %v, want %s", limit, err, code)
		}
	}
}

func zipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
