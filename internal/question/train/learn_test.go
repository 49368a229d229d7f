package train

import (
	"math"
	"slices"
)

// example is what first readings were unsure of, and how often they were meant.
type example struct {
	features     []string
	right, wrong int
}

// Constants of learning.
const (
	rounds = 400
	rate   = 0.8
	hold   = 0.04 // how strongly a weight is held where it would be without examples: people ask less plainly than samples do
	prior  = -1.2 // of a feature: it speaks against a reading
)

// learn fits a logistic model: the weight of "always", and of each feature. No
// feature may speak for a reading, and one that is seldom seen keeps its prior.
func learn(list []example, names []string) map[string]float64 {
	names = slices.Sorted(slices.Values(names))
	w := map[string]float64{"always": 2}
	for _, n := range names {
		w[n] = prior
	}
	n := 0.0
	for _, e := range list {
		n += float64(e.right + e.wrong)
	}
	for range rounds {
		grad := map[string]float64{}
		for _, e := range list {
			err := float64(e.right) - float64(e.right+e.wrong)*odds(w, e.features)
			grad["always"] += err
			for _, f := range e.features {
				grad[f] += err
			}
		}
		w["always"] += rate * grad["always"] / n
		for _, f := range names {
			w[f] = min(0, w[f]+rate*(grad[f]/n*10-hold*(w[f]-prior)))
		}
	}
	return w
}

// odds is the probability that a reading with these features is meant.
func odds(w map[string]float64, features []string) float64 {
	sum := w["always"]
	for _, f := range features {
		sum += w[f]
	}
	return 1 / (1 + math.Exp(-sum))
}

// thousandths are the weights as they are shipped.
func thousandths(w map[string]float64) map[string]int {
	out := map[string]int{}
	for n, x := range w {
		out[n] = int(math.Round(x*100)) * 10
	}
	return out
}
