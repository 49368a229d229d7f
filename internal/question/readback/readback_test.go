package readback

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tabletalk/internal/catalog"
	"tabletalk/internal/explain"
	"tabletalk/internal/plan"
	"tabletalk/internal/question"
	"tabletalk/internal/question/fixture"
)

var clock = time.Date(2025, 6, 18, 9, 30, 0, 0, time.UTC)

// catalogs are what plans are drawn over: one table of things, lines of
// orders, two tables, moments with an hour.
var catalogs = []string{"sales", "orders", "staff", "rides"}

func understood(text string, c *catalog.Catalog) question.Decision {
	return question.Decide(question.Understand(question.Input{Text: text, Catalog: c, Now: clock, Settings: question.DefaultSettings()}), nil)
}

// What is said of a plan is read as that plan.
func TestWhatIsSaidIsReadBack(t *testing.T) {
	for _, shape := range shapes {
		t.Run(shape, func(t *testing.T) {
			drawn := 0
			rapid.Check(t, func(t *rapid.T) {
				c := fixture.Catalog(t, rapid.SampledFrom(catalogs).Draw(t, "catalog"))
				p := drawPlan(t, c, shape)
				if p == nil {
					return
				}
				drawn++
				if err := plan.Validate(p, c); err != nil {
					t.Fatalf("%s: %v", p, err)
				}
				said := explain.Restate(p, c)
				if got, want := reading(understood(said, c)), meaning(p); got != want {
					t.Fatalf("%s\n got %s\nwant %s", said, got, want)
				}
			})
			if drawn == 0 {
				t.Error("no plan was drawn")
			}
		})
	}
}

// reading is what a question was understood as.
func reading(d question.Decision) string {
	if d.Status != question.Answered {
		return fmt.Sprintf("%s %s %+v", d.Status, d.Question, d.Refusal)
	}
	return meaning(d.Reading.Plan)
}
