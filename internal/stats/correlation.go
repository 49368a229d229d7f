package stats

import "math"

// CorrelationInterval is the interval around a correlation r of n pairs by the
// z transformation (Fisher 1921). ok is false with fewer than four pairs.
func CorrelationInterval(r float64, n int, confidence float64) (low, high float64, ok bool) {
	if n < 4 || confidence <= 0 || confidence >= 1 || !(math.Abs(r) <= 1) {
		return -1, 1, false
	}
	if math.Abs(r) == 1 {
		return r, r, true
	}
	z := math.Atanh(r)
	half := normalQuantile(0.5+confidence/2) / math.Sqrt(float64(n-3))
	return math.Tanh(z - half), math.Tanh(z + half), true
}

// normalQuantile is the inverse of the standard normal distribution.
func normalQuantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }
