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
