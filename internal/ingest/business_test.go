package ingest

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"tabletalk/internal/golden"
)

// TestBusiness reads the tables of the business corpora and compares types and
// roles with a golden list, for people to review.
func TestBusiness(t *testing.T) {
	root := publicData(t, "business")
	tmp := t.TempDir()
	files := everyFile(t, root)
	conn := openEngine(t, filepath.Dir(tmp), files...)
	var b strings.Builder
	for _, f := range files {
		switch strings.ToLower(filepath.Ext(f)) {
		case ".csv", ".tsv", ".json", ".parquet":
		default:
			continue
		}
		_, _, res, err := readInto(t, conn, tmp, f)
		fmt.Fprintf(&b, "%s\n", strings.TrimPrefix(f, root+"/"))
		if err != nil {
			fmt.Fprintf(&b, "  %v\n", err)
			continue
		}
		fmt.Fprintf(&b, "  %d rows, %d rejected\n", res.Receipt.RowsRead, res.Receipt.RowsRejected)
		for _, c := range res.Tables[0].Columns[:min(40, len(res.Tables[0].Columns))] {
			fmt.Fprintf(&b, "  %-28s %-9s %-10s %s\n", clip(c.Name, 28), c.Type, c.Role, c.Unit)
		}
		codes := map[string]int{}
		for _, n := range res.Receipt.Notes {
			codes[n.Code]++
		}
		for _, code := range sortedKeys(codes) {
			fmt.Fprintf(&b, "  note %s: %d\n", code, codes[code])
		}
	}
	golden.Compare(t, "testdata/business.golden", b.String())
}
