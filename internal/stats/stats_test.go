package stats

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The first of the four sets of Anscombe (1973), whose correlation is known,
// and the interval that R's cor.test prints for it.
func TestCorrelationInterval(t *testing.T) {
	low, high, ok := CorrelationInterval(0.81642052, 11, 0.95)
	if !ok || !near(low, 0.4243912) || !near(high, 0.9506933) {
		t.Errorf("%v to %v", low, high)
	}
	if low, high, ok := CorrelationInterval(-1, 20, 0.95); !ok || low != -1 || high != -1 {
		t.Errorf("a line is not sure: %v to %v", low, high)
	}
	for _, bad := range []struct {
		r, confidence float64
		n             int
	}{{0.5, 0.95, 3}, {0.5, 1, 30}, {1.1, 0.95, 30}, {math.NaN(), 0.95, 30}} {
		if _, _, ok := CorrelationInterval(bad.r, bad.n, bad.confidence); ok {
			t.Errorf("%+v has an interval", bad)
		}
	}
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-6 }

// The truth lies within, and more pairs make it narrower.
func TestCorrelationIntervalNarrows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, n := rapid.Float64Range(-0.999, 0.999).Draw(t, "r"), rapid.IntRange(4, 1000).Draw(t, "n")
		low, high, ok := CorrelationInterval(r, n, 0.95)
		closer, further, _ := CorrelationInterval(r, n+1, 0.95)
		if !ok || r < low || r > high || closer < low || further > high {
			t.Fatalf("%v to %v around %v, with one pair more %v to %v", low, high, r, closer, further)
		}
	})
}

// A line goes on as it is, without doubt; the interval of a restless series
// grows with the steps.
func TestDrift(t *testing.T) {
	line := []float64{1, 2, 3, 4, 5, 6, 7, 8}
	list, ok := Drift(line, 3, 0.8)
	if !ok || len(list) != 3 || !near(list[2].Value, 11) || !near(list[2].High-list[2].Low, 0) {
		t.Errorf("%+v", list)
	}
	list, ok = Drift([]float64{10, 12, 9, 13, 10, 12, 9, 17}, 2, 0.8)
	if !ok || !near(list[0].Value, 18) || !near(list[1].Value, 19) || list[1].High-list[1].Low <= list[0].High-list[0].Low {
		t.Errorf("%+v", list)
	}
	if _, ok := Drift(line[:7], 1, 0.8); ok {
		t.Error("seven values are too few")
	}
	if _, ok := Drift(append(slices.Clone(line), math.NaN()), 1, 0.8); ok {
		t.Error("a missing value leaves no line")
	}
}
