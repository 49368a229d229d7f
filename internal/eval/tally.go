package eval

import (
	"slices"
	"time"

	"tabletalk/internal/question"
)

// Verdict is how a question ended.
type Verdict string

// The verdicts. Asking back or refusing where the data has the answer is not
// right; answering where it has none is wrong.
const (
	Right     Verdict = "right"
	Wrong     Verdict = "wrong"
	Clarified Verdict = "clarified"
	Refused   Verdict = "refused"
	Failed    Verdict = "failed" // there was no answer: a file that cannot be read, an error
)

// Counts are how many questions ended in which way.
type Counts struct {
	Asked      int `json:"asked"`
	Right      int `json:"right"`
	RightHigh  int `json:"right_high"` // of Right, those with high confidence
	Wrong      int `json:"wrong"`
	WrongHigh  int `json:"wrong_high"` // of Wrong, those with high confidence
	Clarified  int `json:"clarified"`
	Refused    int `json:"refused"`
	Failed     int `json:"failed"`
	Charts     int `json:"charts"` // questions for which the set names a chart
	ChartRight int `json:"chart_right"`
}

// Outcome is how one question ended, and what came out.
type Outcome struct {
	Verdict    Verdict
	High       bool
	ChartRight bool
	Took       time.Duration
	Says       string
	Model      Model
}

// judge compares a reply with what is wanted.
func judge(t Turn, r Reply, err error) Outcome {
	o := Outcome{Verdict: Failed, Took: r.Took, Says: r.Says, High: r.High, Model: r.Model}
	wanted := t.Expect
	if wanted == "" {
		wanted = question.Answered
	}
	switch {
	case err != nil:
		o.Says, o.High = err.Error(), false
	case r.Status == question.Answered:
		o.Verdict = Wrong
		if wanted == r.Status && t.Judge(r.Rows) {
			o.Verdict = Right
		}
		o.ChartRight = t.Chart != "" && sameMark(r.Mark, t.Chart)
	case r.Status == wanted:
		o.Verdict = Right
	case r.Status == question.Clarify:
		o.Verdict = Clarified
	case r.Status == question.Refused:
		o.Verdict = Refused
	}
	return o
}

func (c *Counts) add(t Turn, o Outcome) {
	c.Asked++
	high := 0
	if o.High {
		high = 1
	}
	switch o.Verdict {
	case Right:
		c.Right, c.RightHigh = c.Right+1, c.RightHigh+high
	case Wrong:
		c.Wrong, c.WrongHigh = c.Wrong+1, c.WrongHigh+high
	case Clarified:
		c.Clarified++
	case Refused:
		c.Refused++
	default:
		c.Failed++
	}
	if t.Chart != "" {
		c.Charts++
	}
	if o.ChartRight {
		c.ChartRight++
	}
}

// Result is what a set scored.
type Result struct {
	Name string `json:"name"`
	Counts
	P50        float64    `json:"p50_ms"`
	P95        float64    `json:"p95_ms"`
	Categories []Category `json:"categories,omitempty"`
	Model      *Model     `json:"model,omitempty"`

	took []time.Duration
}

// Category is what a part of a set scored.
type Category struct {
	Name string `json:"name"`
	Counts
}

func (r *Result) add(t Turn, o Outcome) {
	r.Counts.add(t, o)
	if o.Model != (Model{}) {
		if r.Model == nil {
			r.Model = &Model{}
		}
		r.Model.add(o.Model)
	}
	if o.Took > 0 {
		r.took = append(r.took, o.Took)
	}
	if t.Category == "" {
		return
	}
	i, found := slices.BinarySearchFunc(r.Categories, t.Category, func(c Category, name string) int {
		switch {
		case c.Name < name:
			return -1
		case c.Name > name:
			return 1
		}
		return 0
	})
	if !found {
		r.Categories = slices.Insert(r.Categories, i, Category{Name: t.Category})
	}
	r.Categories[i].add(t, o)
}

// finish works out the times.
func (r *Result) finish() {
	slices.Sort(r.took)
	at := func(q float64) float64 {
		if len(r.took) == 0 {
			return 0
		}
		d := r.took[int(q*float64(len(r.took)-1)+0.5)]
		return float64(d.Round(100*time.Microsecond)) / float64(time.Millisecond)
	}
	r.P50, r.P95 = at(0.50), at(0.95)
}
