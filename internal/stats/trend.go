package stats

import (
	"math"
	"slices"
)

// minTrend is how many points the direction of a series needs.
const minTrend = 5

// maxTrend is how many points it is computed of at most: the last ones.
const maxTrend = 1000

// Trend is the slope of a series: how much it changes for each step of x.
type Trend struct {
	Slope float64
	Sure  bool // the series really rises or falls: chance alone would hardly do it
	N     int
}

// TheilSen gives the median of the slopes between all pairs of points (Theil
// 1950, Sen 1968), which single wild values do not move, and whether the test
// of Mann (1945) and Kendall (1975), corrected for ties, is sure of its
// direction at the confidence given. Missing values are left out; ok is false
// where fewer than five points are left, or they all stand at one x.
func TheilSen(x, y []float64, confidence float64) (t Trend, ok bool) {
	var px, py []float64
	for i := range min(len(x), len(y)) {
		if finite(x[i]) && finite(y[i]) {
			px, py = append(px, x[i]), append(py, y[i])
		}
	}
	if n := len(px); n > maxTrend {
		px, py = px[n-maxTrend:], py[n-maxTrend:]
	}
	var slopes []float64
	score := 0
	for i := range px {
		for j := i + 1; j < len(px); j++ {
			if px[i] == px[j] {
				continue
			}
			s := (py[j] - py[i]) / (px[j] - px[i])
			slopes = append(slopes, s)
			switch {
			case s > 0:
				score++
			case s < 0:
				score--
			}
		}
	}
	if len(px) < minTrend || len(slopes) == 0 || confidence <= 0 || confidence >= 1 {
		return Trend{}, false
	}
	t = Trend{Slope: median(slopes), N: len(px)}
	if spread := kendallSpread(py); spread > 0 && score != 0 {
		z := (math.Abs(float64(score)) - 1) / spread
		t.Sure = z > normalQuantile(0.5+confidence/2) && t.Slope != 0
	}
	return t, true
}

// kendallSpread is the standard deviation of Kendall's score of values without
// a trend.
func kendallSpread(values []float64) float64 {
	n := float64(len(values))
	v := n * (n - 1) * (2*n + 5)
	count := map[float64]float64{}
	for _, x := range values {
		count[x]++
	}
	for _, c := range count {
		v -= c * (c - 1) * (2*c + 5)
	}
	return math.Sqrt(max(v, 0) / 18)
}

func median(list []float64) float64 {
	slices.Sort(list)
	n := len(list)
	if n%2 == 1 {
		return list[n/2]
	}
	return list[n/2-1] + (list[n/2]-list[n/2-1])/2
}
