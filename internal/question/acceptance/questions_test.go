package acceptance

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A file of questions is one family:
//
//	# the first line is its title; a comment before a question says why a
//	# reference was chosen or why there are several
//	over sales                 the tables that are asked: sales, or orders
//	> 1 what's our revenue?    begins a conversation; ">>" goes on with it
//	~ total revenue            another wording: must give the same rows
//	! average revenue          looks alike: must give another plan
//	sql SELECT ...             a reference; "or" gives another one that is as good
//	list SELECT * ...          rows of a table: any two or more of its columns are right
//	holds SELECT ...           every value of these rows must be in one row of the answer
//	total SELECT ...           the numbers of one column of the answer add up to this
//	ordered                    the order of rows counts
//	kind trend                 the kind the plan must have as well
//	horizon 3                  the same for the periods that a forecast looks ahead
//	expect clarify             instead of rows: clarify, refuse, schema, explain;
//	expect chart bar           as well as rows
type family struct {
	title, over string
	questions   []*item
}

type item struct {
	number      int
	text        string
	follows     bool // goes on with the conversation
	paraphrases []string
	contrast    string
	references  []reference
	ordered     bool
	kind        string
	horizon     int
	expect      string // rows, clarify, refuse, schema, explain
	chart       string
}

// reference is SQL for the rows of a right answer; how says what is compared.
type reference struct{ how, sql string }

func readFamilies(t *testing.T) []*family {
	t.Helper()
	files, err := filepath.Glob("testdata/[A-Z]-*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no questions", err)
	}
	var out []*family
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		f := &family{}
		for i, l := range strings.Split(string(b), "\n") {
			if err := f.read(l); err != nil {
				t.Fatalf("%s:%d: %v", file, i+1, err)
			}
		}
		f.title = strings.TrimSuffix(filepath.Base(file), ".txt")
		out = append(out, f)
	}
	return out
}

// read takes one line.
func (f *family) read(l string) error {
	word, rest, _ := strings.Cut(strings.TrimSpace(l), " ")
	switch word {
	case "", "#":
		return nil
	case "over":
		f.over = rest
		return nil
	case ">", ">>":
		number, text, _ := strings.Cut(rest, " ")
		n, err := strconv.Atoi(number)
		f.questions = append(f.questions, &item{number: n, text: text, follows: word == ">>", expect: "rows"})
		return err
	}
	if len(f.questions) == 0 {
		return fmt.Errorf("%q comes before any question", word)
	}
	return f.questions[len(f.questions)-1].read(word, rest)
}

func (q *item) read(word, rest string) (err error) {
	switch word {
	case "~":
		q.paraphrases = append(q.paraphrases, rest)
	case "!":
		q.contrast = rest
	case "sql", "or":
		q.references = append(q.references, reference{"rows", rest})
	case "list", "holds", "total":
		q.references = append(q.references, reference{word, rest})
	case "ordered":
		q.ordered = true
	case "kind":
		q.kind = rest
	case "horizon":
		q.horizon, err = strconv.Atoi(rest)
	case "expect":
		if chart, ok := strings.CutPrefix(rest, "chart "); ok {
			q.chart = chart
		} else {
			q.expect = rest
		}
	default:
		return fmt.Errorf("%q says nothing here", word)
	}
	return err
}

// TestQuestionsAreComplete checks the files: numbers in order, three other
// wordings and one contrast each, references where rows are expected.
func TestQuestionsAreComplete(t *testing.T) {
	n := 0
	for _, f := range readFamilies(t) {
		for _, q := range f.questions {
			n++
			if q.number != n {
				t.Errorf("question %d of %s should be number %d", q.number, f.title, n)
			}
			if len(q.paraphrases) != 3 || q.contrast == "" {
				t.Errorf("question %d has %d other wordings and the contrast %q", n, len(q.paraphrases), q.contrast)
			}
			if (q.expect == "rows") != (len(q.references) > 0) {
				t.Errorf("question %d expects %s and has %d references", n, q.expect, len(q.references))
			}
		}
	}
	if n != 150 {
		t.Errorf("there are %d questions, not 150", n)
	}
}
