package ingest

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestCellTexts holds the counter against a map of strings.
func TestCellTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOf(rapid.OneOf(rapid.SliceOfN(rapid.Byte(), 0, 3), rapid.SliceOf(rapid.Byte()))).Draw(t, "cells")
		got, want := newCellTexts(), map[string]int64{}
		for _, c := range cells {
			got.add(c)
			want[string(c)]++
		}
		if d := cmp.Diff(want, maps.Collect(got.all())); d != "" {
			t.Fatal(d)
		}
	})
}

// TestCellTextsGrow has more texts than the first room is for.
func TestCellTextsGrow(t *testing.T) {
	got := newCellTexts()
	const many = 20 * firstSlots
	for range 3 {
		for i := range many {
			got.add([]byte{byte(i), byte(i >> 8), byte(i >> 16)})
		}
	}
	n := 0
	for text, rows := range got.all() {
		if i := int(text[0]) | int(text[1])<<8; i != n || rows != 3 {
			t.Fatalf("text %d is %x, %d times", n, text, rows)
		}
		n++
	}
	if n != many {
		t.Fatalf("%d texts of %d", n, many)
	}
}
