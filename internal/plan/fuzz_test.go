package plan_test

import (
	"testing"

	"tabletalk/internal/plan"
)

func FuzzParse(f *testing.F) {
	f.Add(`sales | where region = 'West' and order_date within 2024-01-01.. | by trunc(month, order_date) as m | sum(revenue) as "r r" | having "r r" > -5.5 | order "r r" desc | limit 5 per m | as series`)
	f.Add(`union (from a), (from b | select x) | left join c on a = c.b | count() filter (x is not null) as n | analyse holt x y horizon 3`)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := plan.Parse(text)
		if err != nil {
			return
		}
		again, err := plan.Parse(p.String())
		if err != nil {
			t.Fatalf("%q\n%s\n%v", text, p, err)
		}
		if p.String() != again.String() {
			t.Fatalf("%q\n%s\n%s", text, p, again)
		}
		plan.Validate(p, shop)
	})
}
