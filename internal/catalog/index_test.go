package catalog

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sample() *Index {
	return BuildIndex([]ColumnValues{
		{Column: "customer", Values: []string{"Acme Corp", "Globex", "Washington Ltd"}, Rows: []int64{9, 5, 2}, Complete: true},
		{Column: "city", Values: []string{"Washington", "São Paulo", "Paris"}, Rows: []int64{7, 3, 1}},
		{Column: "product", Values: []string{"Laptops", "Desk lamp"}, Rows: []int64{4, 4}, Complete: true},
	})
}

func TestPhraseFindsTheExactLiteral(t *testing.T) {
	for _, c := range []struct {
		words []string
		want  string
		same  bool
	}{
		{[]string{"acme", "corp"}, "customer=Acme Corp", true},
		{[]string{"sao", "paulo"}, "city=São Paulo", true},
		{[]string{"laptop"}, "product=Laptops", false},
		{[]string{"washington"}, "city=Washington", true},
	} {
		hits := sample().Phrase(c.words)
		if len(hits) != 1 || hits[0].Column+"="+hits[0].Value != c.want || hits[0].Same != c.same {
			t.Errorf("Phrase(%q) = %+v, want %s", c.words, hits, c.want)
		}
	}
	if hits := sample().Phrase([]string{"contoso"}); hits != nil {
		t.Errorf("a value that is not there was found: %v", hits)
	}
}

func TestContainingNeedsEveryWord(t *testing.T) {
	hits, found := sample().Containing([]string{"washington"}, 5)
	if found != 2 || hits[0].Value != "Washington" || hits[1].Value != "Washington Ltd" {
		t.Errorf("Containing(washington) = %v, %d", hits, found)
	}
	if hits, _ := sample().Containing([]string{"acme", "lamp"}, 5); hits != nil {
		t.Errorf("words of two values were found in one: %v", hits)
	}
}

func TestSimilarCorrectsSpelling(t *testing.T) {
	for word, want := range map[string][]string{"globx": {"globex"}, "washingtn": {"washington"}, "pars": nil, "cat": nil} {
		if diff := cmp.Diff(want, sample().Similar(word, 3)); diff != "" {
			t.Errorf("Similar(%q): %s", word, diff)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"revenue", "revenu", 1}, {"region", "regoin", 1}, {"abcd", "wxyz", 3}, {"same", "same", 0}} {
		if got := Distance(c.a, c.b, 2); got != c.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestStoredIndexReadsBack(t *testing.T) {
	b, err := sample().MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	var x Index
	if err := x.UnmarshalBinary(b); err != nil {
		t.Fatal(err)
	}
	if hits := x.Phrase([]string{"acme", "corp"}); len(hits) != 1 || hits[0].Rows != 9 {
		t.Errorf("after reading back: %v", hits)
	}
	if !x.Complete("customer") || x.Complete("city") {
		t.Error("completeness was lost")
	}
	for i := range b {
		bad := append([]byte(nil), b...)
		bad[i] ^= 0x55
		if new(Index).UnmarshalBinary(bad) == nil {
			t.Fatalf("byte %d was damaged and nothing noticed", i)
		}
	}
}

func FuzzUnmarshal(f *testing.F) {
	b, _ := sample().MarshalBinary()
	f.Add(b)
	f.Add(b[:len(b)/2])
	f.Fuzz(func(t *testing.T, b []byte) {
		var x Index
		if x.UnmarshalBinary(b) == nil {
			x.Phrase([]string{"acme"})
			x.Similar("globex", 2)
		}
	})
}

func largeColumns() []ColumnValues {
	var out []ColumnValues
	for c := range 7 {
		v := ColumnValues{Column: fmt.Sprintf("column_%d", c), Complete: true}
		for i := range 50_000 {
			v.Values = append(v.Values, fmt.Sprintf("name%d of item%d", i%13000+c, i))
			v.Rows = append(v.Rows, int64(i))
		}
		out = append(out, v)
	}
	return out
}

func BenchmarkBuild350k(b *testing.B) {
	cols := largeColumns()
	for b.Loop() {
		BuildIndex(cols)
	}
}

func BenchmarkSimilar350k(b *testing.B) {
	x := BuildIndex(largeColumns())
	for b.Loop() {
		x.Similar("nxme1234", 3)
	}
}
