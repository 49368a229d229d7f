package plan_test

import (
	"fmt"

	"tabletalk/internal/plan"
)

func ExampleParse() {
	p, err := plan.Parse(`sales | where region = 'West' | by customer | sum(revenue) as total | order total desc | limit 5`)
	fmt.Println(p.Kind, p.Group[0].As, p.Limit.N, err)
	// Output: table customer 5 <nil>
}

func ExampleDiff() {
	a, _ := plan.Parse(`sales | by customer | sum(revenue) as total | order total desc | limit 5`)
	b := a.Clone()
	b.Limit.N = 10
	b.Where = plan.And(b.Where, plan.Make(plan.OpNe, plan.Column("customer"), plan.Text("Acme Corp")))
	for _, change := range plan.Diff(a, b) {
		fmt.Println(change)
	}
	// Output:
	// added the filter customer != 'Acme Corp'
	// changed the limit from 5 to 10
}
