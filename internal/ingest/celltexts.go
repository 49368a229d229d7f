package ingest

import (
	"bytes"
	"hash/maphash"
	"iter"
)

// cellTexts counts texts: those of a column's cells, of which there are as many as
// the file has. It holds no pointers but its own three, and allocates only
// when it grows, which a map of strings does for each new text.
type cellTexts struct {
	seed  maphash.Seed
	slots []uint32 // 1 + the place in list; as many as a power of two
	list  []textCount
	bytes []byte // of all texts, one behind the other
}

type textCount struct {
	hash uint64
	end  int // in bytes; the text begins where the one before ends
	rows int64
}

const firstSlots = 256

func newCellTexts() *cellTexts {
	return &cellTexts{seed: maphash.MakeSeed(), slots: make([]uint32, firstSlots)}
}

// add counts a text.
func (t *cellTexts) add(b []byte) {
	hash := maphash.Bytes(t.seed, b)
	mask := uint64(len(t.slots) - 1)
	at := hash & mask
	for ; t.slots[at] != 0; at = (at + 1) & mask {
		i := int(t.slots[at] - 1)
		if t.list[i].hash == hash && bytes.Equal(t.text(i), b) {
			t.list[i].rows++
			return
		}
	}
	t.bytes = append(t.bytes, b...)
	t.list = append(t.list, textCount{hash: hash, end: len(t.bytes), rows: 1})
	t.slots[at] = uint32(len(t.list))
	if 2*len(t.list) > len(t.slots) {
		t.grow()
	}
}

// text gives the text at a place of the list.
func (t *cellTexts) text(i int) []byte {
	begin := 0
	if i > 0 {
		begin = t.list[i-1].end
	}
	return t.bytes[begin:t.list[i].end]
}

// grow makes room for as many texts again.
func (t *cellTexts) grow() {
	t.slots = make([]uint32, 4*len(t.slots))
	mask := uint64(len(t.slots) - 1)
	for i, c := range t.list {
		at := c.hash & mask
		for t.slots[at] != 0 {
			at = (at + 1) & mask
		}
		t.slots[at] = uint32(i + 1)
	}
}

// all gives each text once, in the order in which they came, and how often it
// was added.
func (t *cellTexts) all() iter.Seq2[string, int64] {
	return func(yield func(string, int64) bool) {
		whole := string(t.bytes)
		begin := 0
		for _, c := range t.list {
			if !yield(whole[begin:c.end], c.rows) {
				return
			}
			begin = c.end
		}
	}
}
