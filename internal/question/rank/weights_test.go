package rank

import "testing"

// Every kind of weight that scoring asks for is in the shipped file.
func TestShippedWeights(t *testing.T) {
	w, err := readWeights(weightsText)
	if err != nil {
		t.Fatal(err)
	}
	for name, list := range map[string]map[string]int{"unused": w.unused, "note": w.note} {
		for k, n := range list {
			if n <= 0 {
				t.Errorf("%s %s costs %d: what a reading leaves out or supplies speaks against it", name, k, n)
			}
		}
	}
	for _, k := range []string{"join", "way"} {
		if w.each[k] <= 0 {
			t.Errorf("each %s has no weight", k)
		}
	}
	for _, name := range FeatureNames() {
		if n, ok := w.sure[name]; !ok || n > 0 {
			t.Errorf("sure %s is %d, %v: a doubt has a weight and never speaks for a reading", name, n, ok)
		}
	}
	if always := w.sure["always"]; always < w.bound["sure"] {
		t.Errorf("a reading without doubts has %d of the %d that are sure", always, w.bound["sure"])
	}
	for _, k := range []string{"margin", "link", "weaklink", "cost", "weakcost"} {
		if w.bound[k] <= 0 {
			t.Errorf("there is no bound %s", k)
		}
	}
}

func TestBrokenWeightsAreNamed(t *testing.T) {
	for _, text := range []string{"unused content", "unused content much", "other content 5"} {
		if _, err := readWeights("# a comment\n\n" + text); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}
