package readback

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tabletalk/internal/explain"
	"tabletalk/internal/golden"
	"tabletalk/internal/question"
	"tabletalk/internal/question/fixture"
)

// What is said of each question that the engine's own tests ask is read back,
// but for those in testdata/not-read-back.txt: the list of what remains to be
// done, which only ever shrinks.
func TestWhatIsAskedIsReadBack(t *testing.T) {
	var left strings.Builder
	said := map[string]bool{}
	for _, q := range asked(t) {
		c := fixture.Catalog(t, q.catalog)
		d := understood(q.text, c)
		if d.Status != question.Answered {
			continue
		}
		text := explain.Restate(d.Reading.Plan, c)
		if said[text] {
			continue
		}
		said[text] = true
		if got, want := reading(understood(text, c)), meaning(d.Reading.Plan); got != want {
			fmt.Fprintf(&left, "> %s\nsaid  %s\nwant  %s\nread  %s\n\n", q.text, text, want, got)
		}
	}
	if len(said) < 150 {
		t.Errorf("only %d sentences were looked at", len(said))
	}
	golden.Compare(t, "testdata/not-read-back.txt", left.String())
}

type askedOf struct{ catalog, text string }

// asked are the questions of the engine's golden files and of the acceptance,
// with the catalogs here that are most like theirs.
func asked(t *testing.T) []askedOf {
	t.Helper()
	var list []askedOf
	for _, pattern := range []string{"../testdata/*.txt", "../acceptance/testdata/*-*.txt"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal("no questions", err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, questionsIn(string(b))...)
		}
	}
	return list
}

func questionsIn(text string) []askedOf {
	var list []askedOf
	catalog := "sales"
	for _, l := range strings.Split(text, "\n") {
		word, rest, _ := strings.Cut(l, " ")
		switch word {
		case "catalog", "over":
			catalog = strings.Fields(rest)[0]
		case ">", "~":
			list = append(list, askedOf{catalog, strings.TrimLeft(rest, "0123456789 ")})
		}
	}
	return list
}
