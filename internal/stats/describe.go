package stats

import (
	"math"
	"slices"
)

// Summary describes values by their moments and quantiles.
type Summary struct {
	N, Left                  int // values, and those left out
	Mean, Stddev             float64
	Min, Q1, Median, Q3, Max float64
	MAD                      float64 // median of the distances to the median
}

// Describe summarises values. The standard deviation is that of a sample;
// quantiles are interpolated (definition 7 of Hyndman and Fan 1996, as engines
// do it). ok is false without values.
func Describe(values []float64) (s Summary, ok bool) {
	known := make([]float64, 0, len(values))
	var m2 float64
	for _, v := range values {
		if !finite(v) {
			s.Left++
			continue
		}
		known = append(known, v)
		d := v - s.Mean
		s.Mean += d / float64(len(known))
		m2 += d * (v - s.Mean)
	}
	s.N = len(known)
	if s.N == 0 {
		return s, false
	}
	if s.N > 1 {
		s.Stddev = math.Sqrt(m2 / float64(s.N-1))
	}
	slices.Sort(known)
	s.Min, s.Max = known[0], known[s.N-1]
	s.Q1, s.Median, s.Q3 = Quantile(known, 0.25), Quantile(known, 0.5), Quantile(known, 0.75)
	distances := make([]float64, s.N)
	for i, v := range known {
		distances[i] = math.Abs(v - s.Median)
	}
	slices.Sort(distances)
	s.MAD = Quantile(distances, 0.5)
	return s, true
}

// Quantile interpolates between sorted values; NaN without values.
func Quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 || !(q >= 0 && q <= 1) {
		return math.NaN()
	}
	at := q * float64(len(sorted)-1)
	low := int(at)
	if low == len(sorted)-1 {
		return sorted[low]
	}
	return sorted[low] + (at-float64(low))*(sorted[low+1]-sorted[low])
}

// Unusual gives the positions of values whose modified z-score is above the
// limit, 3.5 by custom (Iglewicz and Hoaglin 1993). Where more than half of
// the values are equal there is no scale to judge by, and none is unusual.
func Unusual(values []float64, limit float64) []int {
	s, ok := Describe(values)
	if !ok || s.MAD == 0 {
		return nil
	}
	var list []int
	for i, v := range values {
		if finite(v) && 0.6745*math.Abs(v-s.Median)/s.MAD > limit {
			list = append(list, i)
		}
	}
	return list
}
