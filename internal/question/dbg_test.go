package question

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestDbg(t *testing.T) {
	q := os.Getenv("Q")
	if q == "" {
		t.Skip()
	}
	cat := os.Getenv("C")
	if cat == "" {
		cat = "sales"
	}
	for _, x := range strings.Split(q, "|") {
		o := Understand(Input{Text: x, Catalog: readCatalog(t, cat), Now: clock, Settings: DefaultSettings()})
		fmt.Println(">", x)
		for _, w := range o.Words {
			fmt.Printf(" [%s:%s]", w.Text, w.Kind)
		}
		fmt.Println()
		if o.Refusal != nil {
			fmt.Println("  REFUSED", o.Refusal.Code, o.Refusal.Reason)
		}
		for i, r := range o.Readings {
			if i < 4 {
				fmt.Println(" ", r.Score, r.Confidence, r.Plan, r.Ignored, r.Reasons)
			}
		}
	}
}
