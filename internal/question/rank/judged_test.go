package rank

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// One row that fits settles which rows were meant only where the conditions
// could have fitted another number of rows.
func TestAfterSingle(t *testing.T) {
	for _, tt := range []struct {
		name  string
		given Judged
		want  []string
	}{
		{"a value of what tells rows apart", Judged{doubts: []string{"light", "faint", "value_part"}}, []string{"light", "faint", "value_part"}},
		{"a value that others have as well", Judged{doubts: []string{"light", "faint", "value_part"}, spreads: true}, []string{"faint", "value_part"}},
		{"two that meet", Judged{doubts: []string{"light", "weak", "value_part", "filled"}, meet: true}, []string{"filled"}},
		{"rows called by a word", Judged{doubts: []string{"light", "weak", "cut", "noun"}, meet: true, spreads: true}, []string{"light", "weak", "noun"}},
	} {
		if d := cmp.Diff(tt.want, tt.given.After(Found{Single: true}).Doubts()); d != "" {
			t.Errorf("%s: %s", tt.name, d)
		}
		if d := cmp.Diff(tt.given.doubts, tt.given.After(Found{}).Doubts()); d != "" {
			t.Errorf("%s: without a single row: %s", tt.name, d)
		}
	}
}
