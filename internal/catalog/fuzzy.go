package catalog

import (
	"cmp"
	"math/bits"
	"slices"

	"tabletalk/internal/question/text"
)

type fuzzyWord struct {
	id   uint32
	mask uint64 // the letters that occur
}

// indexFuzzy sorts the words by length for the search of near spellings.
func (x *Index) indexFuzzy() {
	x.fuzzy = map[int][]fuzzyWord{}
	for i := range min(x.words.len(), maxFuzzyWords) {
		w := x.words.at(i)
		if len(w) >= 4 && len(w) <= 24 {
			x.fuzzy[len(w)] = append(x.fuzzy[len(w)], fuzzyWord{uint32(i), letterMask(w)})
		}
	}
}

func letterMask(w string) uint64 {
	var m uint64
	for i := 0; i < len(w); i++ {
		m |= 1 << (w[i] & 63)
	}
	return m
}

// Similar gives words of the values that are spelt nearly like the given one,
// nearest first: one edit for five to seven letters, two from eight on.
func (x *Index) Similar(word string, limit int) []string {
	if x == nil {
		return nil
	}
	word = text.Singular(text.Fold(word))
	k := Edits(word)
	if k == 0 {
		return nil
	}
	type near struct {
		word string
		d    int
	}
	var found []near
	mask := letterMask(word)
	for n := len(word) - k; n <= len(word)+k; n++ {
		for _, f := range x.fuzzy[n] {
			if bits.OnesCount64(f.mask^mask) > 2*k {
				continue
			}
			w := x.words.at(int(f.id))
			if k == 1 && w[0] != word[0] {
				continue
			}
			if d := Distance(word, w, k); d <= k {
				found = append(found, near{w, d})
			}
		}
	}
	slices.SortFunc(found, func(a, b near) int { return cmp.Or(cmp.Compare(a.d, b.d), cmp.Compare(a.word, b.word)) })
	var out []string
	for i := 0; i < len(found) && i < limit; i++ {
		out = append(out, found[i].word)
	}
	return out
}

// Edits is how many edits a word of this length may be away from another and
// still be taken for it.
func Edits(word string) int {
	switch n := len(word); {
	case n < 5:
		return 0
	case n < 8:
		return 1
	}
	return 2
}

// maxDistanceWord is the longest word that may be misspelt.
const maxDistanceWord = 40

// Distance is the number of insertions, deletions, substitutions and swaps of
// neighbours between two words; anything above limit is given as limit+1.
func Distance(a, b string, limit int) int {
	if d := len(a) - len(b); d > limit || -d > limit {
		return limit + 1
	}
	var rows [3][maxDistanceWord + 1]int // on the stack: this runs for thousands of words
	if len(b) > maxDistanceWord {
		if a == b {
			return 0
		}
		return limit + 1
	}
	prev2, prev, cur := rows[0][:len(b)+1], rows[1][:len(b)+1], rows[2][:len(b)+1]
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		low := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, prev2[j-2]+1)
			}
			cur[j] = d
			low = min(low, d)
		}
		if low > limit {
			return limit + 1
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return min(prev[len(b)], limit+1)
}
