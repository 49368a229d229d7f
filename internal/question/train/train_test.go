package train

import (
	"crypto/sha256"
	"encoding/hex"
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
	weightsFile  = "../rank/weights.txt"
	examplesFile = "testdata/examples.txt"
	scoresFile   = "testdata/scores.txt"
)

// read gives the first reading of a question; nil where there is none. What
// would be asked back instead is read, too: that hangs on the weights, and what
// is learned from must not.
func read(q question) *engine.Reading {
	o := engine.Understand(engine.Input{Text: q.text, Catalog: q.schema.cat, Now: time.Date(2025, 6, 18, 12, 0, 0, 0, time.UTC), Settings: engine.DefaultSettings()})
	if len(o.Readings) == 0 {
		return nil
	}
	return &o.Readings[0]
}

// examples are the readings that the features decide about: where a word was
// left out or a part invented, the reading is not sure anyway.
func examples(list []question) []example {
	found := map[string]*example{}
	for _, q := range list {
		r := read(q)
		if r == nil || len(r.Ignored) > 0 || r.Confidence == engine.Low || slices.Contains(r.Reasons, rank.Filled) {
			continue
		}
		key := strings.Join(slices.Sorted(slices.Values(r.Features)), " ")
		if found[key] == nil {
			found[key] = &example{features: strings.Fields(key)}
		}
		if q.means.meant(r.Plan) {
			found[key].right++
		} else {
			found[key].wrong++
		}
	}
	var out []example
	for _, key := range slices.Sorted(maps.Keys(found)) {
		out = append(out, *found[key])
	}
	return out
}

// sum tells one list of questions and meanings from another.
func sum(list []question) string {
	h := sha256.New()
	for _, q := range list {
		fmt.Fprintf(h, "%s\n%s\n%s\n", q.schema.name, q.text, q.means)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// examplesText are examples as they are kept.
func examplesText(from string, list []example) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# What is learned from: how often a reading with these doubts was meant, and how often not.\nquestions %s\n", from)
	for _, e := range list {
		fmt.Fprintf(&b, "%d %d %s\n", e.right, e.wrong, strings.Join(e.features, " "))
	}
	return b.String()
}

// kept reads the examples that were kept, and which questions they are of.
func kept(t *testing.T) (from string, list []example) {
	t.Helper()
	text, err := os.ReadFile(examplesFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range strings.Split(string(text), "\n") {
		words := strings.Fields(l)
		switch {
		case len(words) < 2 || words[0] == "#":
		case words[0] == "questions":
			from = words[1]
		default:
			e := example{features: words[2:]}
			if _, err := fmt.Sscan(words[0]+" "+words[1], &e.right, &e.wrong); err != nil {
				t.Fatal(l, err)
			}
			list = append(list, e)
		}
	}
	return from, list
}

// TestTrain keeps that the shipped weights are those that the kept examples
// give, and that these are of the questions that are sampled. With -update the
// questions are read anew, and both are written.
func TestTrain(t *testing.T) {
	questions := sample(schemas(t), trainSeed, trained)
	if golden.Updating() {
		text := examplesText(sum(questions), examples(questions))
		if err := os.WriteFile(examplesFile, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	from, list := kept(t)
	if want := sum(questions); from != want {
		t.Errorf("%s is of the questions %s, not of %s: run make train", examplesFile, from, want)
	}
	golden.Compare(t, weightsFile, rewritten(t, thousandths(learn(list, rank.FeatureNames()))))
}

var trainedLine = regexp.MustCompile(`(?m)^(sure \S+|bound sure) -?\d+\n`)

// rewritten is the file of weights with the trained lines in the place of the
// old ones.
func rewritten(t *testing.T, w map[string]int) string {
	t.Helper()
	text, err := os.ReadFile(weightsFile)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString(strings.TrimRight(trainedLine.ReplaceAllString(string(text), ""), "\n") + "\n")
	fmt.Fprintf(&b, "bound sure %d\n", int(1000*math.Log(likely/(1-likely))))
	for _, n := range slices.Sorted(maps.Keys(w)) {
		fmt.Fprintf(&b, "sure %s %d\n", n, w[n])
	}
	return b.String()
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
