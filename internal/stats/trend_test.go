package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// A wild value does not move the slope; what goes up and down is no trend.
func TestTheilSen(t *testing.T) {
	x := []float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	for name, c := range map[string]struct {
		y     []float64
		slope float64
		sure  bool
	}{
		"a line":            {[]float64{1, 3, 5, 7, 9, 11, 13, 15, 17, 19}, 2, true},
		"one wild value":    {[]float64{1, 3, 5, 7, 900, 11, 13, 15, 17, 19}, 2, true},
		"falling":           {[]float64{9, 8, 7, 6, 5, 4, 3, 2, 1, 0}, -1, true},
		"up and down":       {[]float64{5, 9, 4, 8, 5, 9, 4, 8, 5, 9}, 0, false},
		"a missing value":   {[]float64{1, 3, 5, 7, math.NaN(), 11, 13, 15, 17, 19}, 2, true},
		"always the same":   {[]float64{4, 4, 4, 4, 4, 4, 4, 4, 4, 4}, 0, false},
		"hardly any points": {[]float64{1, 2, 3}, 0, false},
	} {
		got, ok := TheilSen(x, c.y, 0.95)
		if ok != (len(c.y) >= minTrend) || math.Abs(got.Slope-c.slope) > 1e-9 || got.Sure != c.sure {
			t.Errorf("%s: %+v %v", name, got, ok)
		}
	}
	if _, ok := TheilSen([]float64{1, 1, 1, 1, 1, 1}, x, 0.95); ok {
		t.Error("points at one place have no slope")
	}
}

// The slope of a line is that of the line, wherever it lies, and turning the
// series upside down turns the trend.
func TestTheilSenTurns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), minTrend, 40).Draw(t, "y")
		x, down := make([]float64, len(y)), make([]float64, len(y))
		for i, v := range y {
			x[i], down[i] = float64(i), -v
		}
		a, _ := TheilSen(x, y, 0.95)
		b, _ := TheilSen(x, down, 0.95)
		if math.Abs(a.Slope+b.Slope) > 1e-6 || a.Sure != b.Sure {
			t.Fatalf("%+v and %+v", a, b)
		}
	})
}
