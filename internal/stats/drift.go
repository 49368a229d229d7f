package stats

import "math"

// Ahead is one value to come with the interval around it.
type Ahead struct{ Value, Low, High float64 }

// minHistory is how many values a forecast needs.
const minHistory = 8

// Drift carries on the line from the first to the last value, with intervals
// from the spread of the one-step errors (Hyndman and Athanasopoulos 2021,
// Forecasting: Principles and Practice, sections 5.2 and 5.5). ok is false
// with fewer than eight values or where one is missing.
func Drift(values []float64, steps int, confidence float64) (list []Ahead, ok bool) {
	n := len(values)
	if n < minHistory || steps < 1 || confidence <= 0 || confidence >= 1 {
		return nil, false
	}
	slope := (values[n-1] - values[0]) / float64(n-1)
	var sum float64
	for i, v := range values {
		if !finite(v) {
			return nil, false
		}
		if i > 0 {
			e := v - values[i-1] - slope
			sum += e * e
		}
	}
	spread := math.Sqrt(sum / float64(n-2))
	z := normalQuantile(0.5 + confidence/2)
	for h := 1; h <= steps; h++ {
		v := values[n-1] + float64(h)*slope
		half := z * spread * math.Sqrt(float64(h)*(1+float64(h)/float64(n-1)))
		list = append(list, Ahead{v, v - half, v + half})
	}
	return list, true
}
