package rank

import "slices"

// Judged is what a confidence is made of: how sure the words allow a reading
// to be, and its doubts. What the data gives is heard after it, by After.
type Judged struct {
	most    Level
	reasons []string // why it is not surer, whatever is found
	doubts  []string // names of features
	one     bool     // one thing was asked for, not all
	meet    bool     // several conditions have to meet in a row
	spreads bool     // a condition may fit several rows
	before  Level    // of the answer that the reading goes on from
	goesOn  string   // why it is not surer than that
}

// lower keeps a reading from being surer than a level, whatever is found.
func (j *Judged) lower(to Level, reason string) {
	j.most = min(j.most, to)
	if !slices.Contains(j.reasons, reason) {
		j.reasons = append(j.reasons, reason)
	}
}

// NoSurer keeps a reading from being surer than the answer that it goes on from.
func (j *Judged) NoSurer(than Level, reason string) { j.before, j.goesOn = than, reason }

// Doubts are the names of what makes the reading less sure.
func (j *Judged) Doubts() []string { return j.doubts }

// Level is how sure the reading is, and why not surer.
func (j *Judged) Level() (Level, []string) {
	level, why := j.most, slices.Clone(j.reasons)
	if Sureness(j.doubts) < shipped().bound["sure"] {
		level = min(level, Medium)
		for _, n := range j.doubts {
			if r := reasonOf(n); !slices.Contains(why, r) {
				why = append(why, r)
			}
		}
	}
	if j.goesOn != "" && level > j.before {
		level, why = j.before, append(why, j.goesOn)
	}
	return level, why
}

// Found is what the result of a reading shows about it.
type Found struct {
	Nothing bool // no row, or nothing in it
	Single  bool // of all the rows one fits, and nothing cut the others off
	Several bool // rows are listed, and there are several
	Repeats bool // a row is there twice, or that is not known
	Tied    bool // rows that are not shown share the place of the last one
}

// found are the doubts that only a result can raise.
var found = map[string]string{
	"nothing": "nothing was found, so a condition may be meant otherwise",
	"tied":    "others share the last place shown, so which are kept is chance",
	"several": "one was asked for, and several fit",
}

// pickedOut are the doubts about which rows are meant. They are gone where one
// row fits and none or several could have: a value of a column that tells the
// rows apart always fits one row, the right one or not.
var pickedOut = []string{"those", "light", "cut"}

// misread are the doubts about what a word names. One row says nothing of them
// unless conditions of several columns meet in it: words that were misread
// hardly do.
var misread = []string{"weak", "faint", "value_part"}

// settles reports whether a doubt is answered by the one row that fits. Where
// what the rows are called was guessed, a word that is left over may well have
// been what tells them apart.
func (j *Judged) settles(doubt string) bool {
	if slices.Contains(misread, doubt) {
		return j.meet && !j.guessesRows()
	}
	return slices.Contains(pickedOut, doubt) && (j.meet || j.spreads) && (doubt != "light" || !j.guessesRows())
}

func (j *Judged) guessesRows() bool {
	return slices.Contains(j.doubts, "noun") || slices.Contains(j.doubts, "row_noun")
}

// After is the judgement once the result is known.
func (j *Judged) After(f Found) *Judged {
	out := *j
	out.doubts = slices.DeleteFunc(slices.Clone(j.doubts), func(n string) bool {
		return n == "repeats" && !f.Repeats || f.Single && j.settles(n)
	})
	for _, d := range []struct {
		name  string
		holds bool
	}{{"nothing", f.Nothing}, {"tied", f.Tied}, {"several", f.Several && j.one}} {
		if d.holds {
			out.doubts = append(out.doubts, d.name)
		}
	}
	return &out
}
