package train

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tabletalk/internal/golden"
	engine "tabletalk/internal/question"
	"tabletalk/internal/question/rank"
)

var (
	shown = flag.Int("show", 0, "how many wrong readings that are sure to print")
)

// The questions that are learned from, and those that what was learned is
// tried on.
const (
	trained, held = 12_000, 4_000
	trainSeed     = 1
	heldSeed      = 2
	scored        = 40  // questions whose scores are kept
	likely        = 0.9 // from which probability on a reading is sure
)

const (
	weightsFile = "../rank/weights.txt"
	scoresFile  = "testdata/scores.txt"
)

// read gives the first reading of a question that is answered.
func read(q question) *engine.Reading {
	o := engine.Understand(engine.Input{Text: q.text, Catalog: q.schema.cat, Now: time.Date(2025, 6, 18, 12, 0, 0, 0, time.UTC), Settings: engine.DefaultSettings()})
	if d := engine.Decide(o, nil); d.Status == engine.Answered {
		return d.Reading
	}
	return nil
}

// examples are the readings that the features decide about: where a word was
// left out or a part invented, the reading is not sure anyway.
func examples(list []question) []example {
	var out []example
	for _, q := range list {
		if r := read(q); r != nil && len(r.Ignored) == 0 && r.Confidence != engine.Low && !slices.Contains(r.Reasons, rank.Filled) {
			out = append(out, example{r.Features, q.means.meant(r.Plan)})
		}
	}
	return out
}

// TestTrain writes the weights with -update.
func TestTrain(t *testing.T) {
	if !golden.Updating() {
		return // a tool: the tests below say what must hold
	}
	all := schemas(t)
	w := thousandths(learn(examples(sample(all, trainSeed, trained)), rank.FeatureNames()))
	rewrite(t, w, int(1000*math.Log(likely/(1-likely))))
	t.Log("run the test again with -update: the scores are those of the weights that were built in")
}

var trainedLine = regexp.MustCompile(`(?m)^(sure \S+|bound sure) -?\d+\n`)

// rewrite puts the trained lines in the place of the old ones.
func rewrite(t *testing.T, w map[string]int, bound int) {
	t.Helper()
	text, err := os.ReadFile(weightsFile)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	b.WriteString(strings.TrimRight(trainedLine.ReplaceAllString(string(text), ""), "\n") + "\n")
	fmt.Fprintf(&b, "bound sure %d\n", bound)
	for _, n := range slices.Sorted(maps.Keys(w)) {
		fmt.Fprintf(&b, "sure %s %d\n", n, w[n])
	}
	if err := os.WriteFile(weightsFile, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestScores keeps that the shipped weights give the shipped scores.
func TestScores(t *testing.T) {
	var b strings.Builder
	b.WriteString("# sureness, thousandths: what is asked | why it is not surer\n")
	for _, q := range sample(schemas(t), heldSeed, scored) {
		if r := read(q); r != nil {
			fmt.Fprintf(&b, "%6d %-6s: %s | %s\n", rank.Sureness(r.Features), r.Confidence, q.text, strings.Join(r.Features, " "))
		}
	}
	golden.Compare(t, scoresFile, b.String())
}

// TestSureIsRight keeps that, of the questions that were not learned from,
// what is sure is right.
func TestSureIsRight(t *testing.T) {
	var sure, right, meant, left int
	left = *shown
	for _, q := range sample(schemas(t), heldSeed, held/2) {
		r := read(q)
		if r == nil {
			continue
		}
		ok := q.means.meant(r.Plan)
		if ok {
			meant++
		}
		if r.Confidence != engine.High {
			continue
		}
		sure++
		if ok {
			right++
		} else if left > 0 {
			left--
			t.Logf("%s\n    %s %v", q.text, r.Plan, r.Features)
		}
	}
	t.Logf("of %d sure readings %d are right, which are %d %% of what is right", sure, right, 100*right/meant)
	if float64(right) < 0.95*float64(sure) {
		t.Errorf("of %d sure readings only %d are right", sure, right)
	}
	if 2*right < meant {
		t.Errorf("only %d of %d right readings are sure", right, meant)
	}
}
