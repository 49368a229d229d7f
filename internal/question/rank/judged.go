package rank

import "slices"

// Judged is what a confidence is made of: how sure the words allow a reading
// to be, and its doubts. What the data gives is heard after it, by After.
type Judged struct {
	most    Level
	reasons []string // why it is not surer, whatever is found
	doubts  []string // names of features
	one     bool     // one thing was asked for, not all
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

// pickedOut are the doubts about which rows are meant. Where all that was said
// fits exactly one row they are gone: words that were misread hardly meet in
// one.
var pickedOut = []string{"those", "light", "weak", "faint", "value_part", "cut"}

// After is the judgement once the result is known.
func (j *Judged) After(f Found) *Judged {
	out := *j
	out.doubts = slices.DeleteFunc(slices.Clone(j.doubts), func(n string) bool {
		return n == "repeats" && !f.Repeats || f.Single && slices.Contains(pickedOut, n)
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
