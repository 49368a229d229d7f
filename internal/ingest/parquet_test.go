package ingest

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tabletalk/internal/fault"
)

// writeParquet makes a Parquet file of a SELECT.
func writeParquet(t testing.TB, query string) string {
	t.Helper()
	dir := t.TempDir()
	conn := openEngine(t, dir)
	file := filepath.Join(dir, "in.parquet")
	if _, err := conn.ExecContext(context.Background(), "COPY ("+query+") TO "+quoteText(file)+" (FORMAT parquet)"); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestParquetIsKept(t *testing.T) {
	file := writeParquet(t, "SELECT range AS id, 'r' || (range % 3) AS region, range * 1.5::DOUBLE AS x FROM range(100)")
	head, rows, res, err := readAll(t, file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"id", "region", "x"}, head); diff != "" {
		t.Error(diff)
	}
	before, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 100 || res.Tables[0].Bytes != before.Size() || res.Receipt.Format != "parquet" {
		t.Errorf("%d rows, %d bytes of %d", len(rows), res.Tables[0].Bytes, before.Size())
	}
	if s := res.Tables[0].Columns[1].Stats; s.Distinct != 3 {
		t.Errorf("region has %d distinct values", s.Distinct)
	}
}

func TestParquetIsFlattened(t *testing.T) {
	file := writeParquet(t, `SELECT {'a': 1, 'b': [1, 2]} AS s, TIMESTAMP_NS '2024-01-31 10:00:00' AS at, TIMESTAMPTZ '2024-01-31 10:00:00+02' AS z, 1 AS " ", 2 AS "x	y"`)
	head, rows, res, err := readAll(t, file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"s", "at", "z", "column_4", "x y"}, head); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([][]string{{`{"a":1,"b":[1,2]}`, "2024-01-31 10:00:00", "2024-01-31 08:00:00", "1", "2"}}, rows); diff != "" {
		t.Error(diff)
	}
	if res.Receipt.Notes[0].Code != "renamed_column" {
		t.Errorf("notes %v", res.Receipt.Notes)
	}
}

func TestParquetDamaged(t *testing.T) {
	b, err := os.ReadFile(writeParquet(t, "SELECT range AS id FROM range(10000)"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"cut short": string(b[:len(b)/2]), "magic only": "PAR1", "wrong length": "PAR1\xff\xff\xff\x7fPAR1", "footer of noise": "PAR1" + string(make([]byte, 100)) + "\x40\x00\x00\x00PAR1"} {
		if _, _, err := ingestText(t, text); !fault.Is(err, "parquet_damaged") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
