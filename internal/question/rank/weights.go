package rank

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed weights.txt
var weightsText string

// weights are what the file of weights says.
type weights struct{ unused, note, each, bound, sure map[string]int }

// shipped are the weights of weights.txt; a test reads the file, so that a
// broken one is never shipped.
var shipped = sync.OnceValue(func() weights {
	w, err := readWeights(weightsText)
	if err != nil {
		panic(err) // the file is part of the program
	}
	return w
})

func readWeights(text string) (weights, error) {
	w := weights{unused: map[string]int{}, note: map[string]int{}, each: map[string]int{}, bound: map[string]int{}, sure: map[string]int{}}
	lists := map[string]map[string]int{"unused": w.unused, "note": w.note, "each": w.each, "bound": w.bound, "sure": w.sure}
	for i, line := range strings.Split(text, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		var kind, name string
		var n int
		if _, err := fmt.Sscanf(line, "%s %s %d", &kind, &name, &n); err != nil {
			return w, fmt.Errorf("line %d: %q is no weight: %w", i+1, line, err)
		}
		list, ok := lists[kind]
		if !ok {
			return w, fmt.Errorf("line %d: there is no kind of weight %q", i+1, kind)
		}
		list[name] = n
	}
	return w, nil
}
