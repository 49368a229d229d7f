package catalog

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"tabletalk/internal/question/text"
)

// Limits of an index: they bound its memory, not what SQL can filter.
const (
	MaxIndexValues   = 600_000 // over all columns, most frequent first
	MaxPostings      = 64      // values kept per word, shortest first
	maxValueLength   = 200     // longer values are free text and are not indexed
	maxFuzzyWords    = 250_000 // distinct words that spelling may be corrected to
	maxColumnsOfData = 65_535
)

// Index answers which values of which columns a phrase may name. It is built
// once per table version from the distinct values and kept beside the table.
// An index is immutable and may be read from many goroutines.
type Index struct {
	columns  []string
	complete []bool
	values   packed   // the literals as they are in the data
	column   []uint16 // per value
	rows     []uint32 // per value
	keys     []key    // sorted by hash: phrase to value
	words    packed   // distinct words, sorted
	postings []uint32 // value ids, those of word i from starts[i] to starts[i+1]
	starts   []uint32
	fuzzy    map[int][]fuzzyWord // by length; made on loading, not stored
}

// Hit is a value that a phrase may name.
type Hit struct {
	Column string
	Value  string // the exact literal
	Rows   int64
	Words  int  // how many words the value has
	Same   bool // the phrase is the value, but for case, accents and marks
}

type key struct {
	hash uint64
	id   uint32
}

// packed holds many strings in one.
type packed struct {
	text string
	ends []uint32
}

func (p *packed) at(i int) string {
	start := uint32(0)
	if i > 0 {
		start = p.ends[i-1]
	}
	return p.text[start:p.ends[i]]
}

func (p *packed) len() int { return len(p.ends) }

func pack(list []string) packed {
	var b strings.Builder
	p := packed{ends: make([]uint32, 0, len(list))}
	for _, s := range list {
		b.WriteString(s)
		p.ends = append(p.ends, uint32(b.Len()))
	}
	p.text = b.String()
	return p
}

// BuildIndex makes an Index of the columns' values.
func BuildIndex(columns []ColumnValues) *Index {
	b := builder{words: map[string][]uint32{}}
	for _, c := range columns {
		if len(b.x.columns) < maxColumnsOfData {
			b.add(c)
		}
	}
	return b.finish()
}

type builder struct {
	x     Index
	list  []string
	words map[string][]uint32
}

func (b *builder) add(c ColumnValues) {
	col := uint16(len(b.x.columns))
	b.x.columns = append(b.x.columns, c.Column)
	b.x.complete = append(b.x.complete, c.Complete)
	for i, v := range c.Values {
		if len(b.list) >= MaxIndexValues {
			b.x.complete[col] = false
			return
		}
		if v == "" || len(v) > maxValueLength {
			continue
		}
		rows := int64(1)
		if i < len(c.Rows) {
			rows = c.Rows[i]
		}
		b.value(col, v, uint32(min(rows, 1<<32-1)))
	}
}

func (b *builder) value(col uint16, v string, rows uint32) {
	words := baseWords(v)
	if len(words) == 0 {
		return
	}
	id := uint32(len(b.list))
	b.list = append(b.list, v)
	b.x.column = append(b.x.column, col)
	b.x.rows = append(b.x.rows, rows)
	b.x.keys = append(b.x.keys, key{hashWords(words), id})
	for i, w := range words {
		if slices.Contains(words[:i], w) {
			continue
		}
		if post := b.words[w]; len(post) < MaxPostings {
			b.words[w] = append(post, id)
		}
	}
}

func (b *builder) finish() *Index {
	x := &b.x
	x.values = pack(b.list)
	slices.SortFunc(x.keys, func(a, c key) int {
		return cmp.Or(cmp.Compare(a.hash, c.hash), cmp.Compare(a.id, c.id))
	})
	words := make([]string, 0, len(b.words))
	for w := range b.words {
		words = append(words, w)
	}
	slices.Sort(words)
	x.words = pack(words)
	x.starts = make([]uint32, 0, len(words)+1)
	for _, w := range words {
		x.starts = append(x.starts, uint32(len(x.postings)))
		x.postings = append(x.postings, b.words[w]...)
	}
	x.starts = append(x.starts, uint32(len(x.postings)))
	x.indexFuzzy()
	return x
}

// baseWords are the singular words of a value: what phrases are compared by.
func baseWords(v string) []string {
	words := text.Words(v)
	for i, w := range words {
		words[i] = text.Singular(w)
	}
	return words
}

// hashWords is FNV-1a over the words with a space between them.
func hashWords(words []string) uint64 {
	h := uint64(14695981039346656037)
	for i, w := range words {
		if i > 0 {
			h = (h ^ ' ') * 1099511628211
		}
		for j := 0; j < len(w); j++ {
			h = (h ^ uint64(w[j])) * 1099511628211
		}
	}
	return h
}

// Phrase gives the values that are these words, most frequent first. The
// words are folded; a difference of singular and plural does not count.
func (x *Index) Phrase(words []string) []Hit {
	if x == nil || len(words) == 0 {
		return nil
	}
	base := make([]string, len(words))
	for i, w := range words {
		base[i] = text.Singular(w)
	}
	h := hashWords(base)
	i := sort.Search(len(x.keys), func(i int) bool { return x.keys[i].hash >= h })
	var out []Hit
	for ; i < len(x.keys) && x.keys[i].hash == h; i++ {
		hit := x.hit(x.keys[i].id)
		hit.Words = len(words)
		hit.Same = slices.Equal(text.Words(hit.Value), words)
		out = append(out, hit)
	}
	sortHits(out)
	return out
}

// Containing gives at most limit values that hold all of the words, shortest
// first, and how many were found among those that the index keeps per word.
func (x *Index) Containing(words []string, limit int) (hits []Hit, found int) {
	if x == nil || len(words) == 0 {
		return nil, 0
	}
	ids := x.idsOfAll(words)
	for _, id := range ids {
		h := x.hit(id)
		h.Words = len(text.Words(h.Value))
		hits = append(hits, h)
	}
	slices.SortStableFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.Words, b.Words), -cmp.Compare(a.Rows, b.Rows), cmp.Compare(a.Value, b.Value))
	})
	if len(hits) > limit {
		hits = hits[:limit]
	}
	return hits, len(ids)
}

// idsOfAll intersects the postings of the words, beginning with the rarest.
func (x *Index) idsOfAll(words []string) []uint32 {
	var best []uint32
	lists := make([][]uint32, 0, len(words))
	for _, w := range words {
		post := x.post(text.Singular(w))
		if len(post) == 0 {
			return nil
		}
		lists = append(lists, post)
		if best == nil || len(post) < len(best) {
			best = post
		}
	}
	var out []uint32
	for _, id := range best {
		all := true
		for i, l := range lists {
			if len(l) >= MaxPostings { // a cut list: look at the value itself
				all = all && slices.Contains(baseWords(x.values.at(int(id))), text.Singular(words[i]))
				continue
			}
			_, ok := slices.BinarySearch(l, id)
			all = all && ok
		}
		if all {
			out = append(out, id)
		}
	}
	return out
}

func (x *Index) post(word string) []uint32 {
	i, ok := x.findWord(word)
	if !ok {
		return nil
	}
	return x.postings[x.starts[i]:x.starts[i+1]]
}

func (x *Index) findWord(word string) (int, bool) {
	return sort.Find(x.words.len(), func(i int) int { return cmp.Compare(word, x.words.at(i)) })
}

func (x *Index) hit(id uint32) Hit {
	return Hit{Column: x.columns[x.column[id]], Value: x.values.at(int(id)), Rows: int64(x.rows[id])}
}

func sortHits(hits []Hit) {
	slices.SortStableFunc(hits, func(a, b Hit) int {
		return cmp.Or(-cmp.Compare(a.Rows, b.Rows), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Value, b.Value))
	})
}

// Complete reports whether the index holds every value of the column, so that
// a word it does not know is not in the data.
func (x *Index) Complete(column string) bool {
	if x == nil {
		return false
	}
	i := slices.Index(x.columns, column)
	return i >= 0 && x.complete[i]
}

// Values gives at most limit values of a column, in the order of its list.
func (x *Index) Values(column string, limit int) []Hit {
	if x == nil {
		return nil
	}
	col := slices.Index(x.columns, column)
	if col < 0 {
		return nil
	}
	var out []Hit
	first := sort.Search(len(x.column), func(i int) bool { return int(x.column[i]) >= col }) // columns were added in order
	for id := first; id < len(x.column) && int(x.column[id]) == col && len(out) < limit; id++ {
		out = append(out, x.hit(uint32(id)))
	}
	return out
}
