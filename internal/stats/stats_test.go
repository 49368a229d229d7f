package stats

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The first of the four sets of Anscombe (1973), whose correlation is known,
// and the interval that R's cor.test prints for it.
func TestPearson(t *testing.T) {
	x := []float64{10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5}
	y := []float64{8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68}
	c, ok := Pearson(append(x, 1), append(y, math.NaN()), 0.95)
	if !ok || c.N != 11 || c.Left != 1 || !near(c.R, 0.8164205) || !near(c.Low, 0.4243912) || !near(c.High, 0.9506933) {
		t.Errorf("%+v", c)
	}
	if _, ok := Pearson(x, make([]float64, len(x)), 0.95); ok {
		t.Error("a constant side has no correlation")
	}
	if _, ok := Pearson(x[:2], y[:2], 0.95); ok {
		t.Error("two pairs have no correlation")
	}
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-6 }

func TestPearsonStaysExactForLargeValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 40).Draw(t, "n")
		x := rapid.SliceOfN(rapid.Float64Range(-10, 10), n, n).Draw(t, "x")
		y := rapid.SliceOfN(rapid.Float64Range(-10, 10), n, n).Draw(t, "y")
		a, okA := Pearson(x, y, 0.95)
		far := make([]float64, n)
		for i := range x {
			far[i] = x[i]*1024 + 1e6
		}
		b, okB := Pearson(far, y, 0.95)
		s, _ := Describe(x)
		if okA && okB && s.Stddev > 1e-3 && math.Abs(a.R-b.R) > 1e-6 {
			t.Fatalf("%v moved and stretched is %v", a, b)
		}
		if okA && (a.R < a.Low-1e-12 || a.R > a.High+1e-12) {
			t.Fatalf("%+v lies outside its interval", a)
		}
	})
}

func TestDescribe(t *testing.T) {
	s, ok := Describe([]float64{4, 1, math.Inf(1), 3, 2})
	if !ok || s.N != 4 || s.Left != 1 || s.Mean != 2.5 || s.Q1 != 1.75 || s.Median != 2.5 || s.Q3 != 3.25 || s.Min != 1 || s.Max != 4 || !near(s.Stddev, 1.2909944) || s.MAD != 1 {
		t.Errorf("%+v", s)
	}
	if _, ok := Describe(nil); ok {
		t.Error("nothing cannot be described")
	}
}

func TestUnusual(t *testing.T) {
	if got := Unusual([]float64{10, 11, 9, 10, 12, 60, 10, 8}, 3.5); !slices.Equal(got, []int{5}) {
		t.Errorf("%v", got)
	}
	if got := Unusual([]float64{1, 1, 1, 1, 50}, 3.5); got != nil {
		t.Errorf("without a scale nothing is unusual, got %v", got)
	}
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
