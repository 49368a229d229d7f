package ingest

import (
	"strings"
	"testing"
)

// Numbers or dates among as many texts or more are told, with texts that are
// none; a few are not worth a word.
func TestPartlyText(t *testing.T) {
	for name, c := range map[string]struct {
		cells string
		want  string
	}{
		"a third are numbers": {"5 big high 7 low old 9 far near", `"v" is numbers in part only, and kept as text because of "big" in line 3, "high" in line 4, "low" in line 6.`},
		"a third are dates":   {"2024-01-05 big high 2024-02-05 low old 2024-03-05 far near", `"v" is dates in part only, and kept as text because of "big" in line 3, "high" in line 4, "low" in line 6.`},
		"a few are numbers":   {"5 big high low old far near deep wide long", ""},
		"none is":             {"big high low old far near deep wide long", ""},
	} {
		t.Run(name, func(t *testing.T) {
			res, _, err := ingestText(t, "v,w\n"+strings.ReplaceAll(c.cells, " ", ",1\n")+",1\n")
			if err != nil {
				t.Fatal(err)
			}
			if got := noteText(res, "partly_text"); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
