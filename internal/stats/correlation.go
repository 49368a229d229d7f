package stats

import "math"

// Correlation is how two series go together.
type Correlation struct {
	R         float64 // from -1 to 1
	N         int     // pairs that both values are known of
	Left      int     // pairs left out
	Low, High float64 // the interval that holds the true value with the confidence asked for
}

// Pearson is the product-moment correlation of pairs (Pearson 1895), computed
// in one pass over deviations that stays exact for large values (Welford
// 1962). ok is false with fewer than three pairs or where one side is constant.
func Pearson(x, y []float64, confidence float64) (c Correlation, ok bool) {
	var meanX, meanY, xx, yy, xy float64
	for i := range min(len(x), len(y)) {
		if !finite(x[i]) || !finite(y[i]) {
			c.Left++
			continue
		}
		c.N++
		n := float64(c.N)
		dx, dy := x[i]-meanX, y[i]-meanY
		meanX += dx / n
		meanY += dy / n
		xx += dx * (x[i] - meanX)
		yy += dy * (y[i] - meanY)
		xy += dx * (y[i] - meanY)
	}
	if c.N < 3 || xx <= 0 || yy <= 0 {
		return c, false
	}
	c.R = max(-1, min(1, xy/math.Sqrt(xx)/math.Sqrt(yy)))
	c.Low, c.High, _ = CorrelationInterval(c.R, c.N, confidence)
	return c, true
}

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
