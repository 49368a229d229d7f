package catalog

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tabletalk/internal/table"
)

func TestKeyPairs(t *testing.T) {
	col := func(name string, distinct int64) Column {
		return Column{Name: name, Type: table.Integer, Stats: Stats{Distinct: distinct}}
	}
	customers := Table{Name: "customers", Rows: 10, Columns: []Column{col("id", 10), col("number", 10), col("age", 4)}}
	teams := Table{Name: "teams", Rows: 10, Columns: []Column{col("team_id", 10), col("wins", 3)}}
	for _, tt := range []struct {
		name string
		many Table
		one  Table
		want []KeyPair
	}{
		{"the name of the key", Table{Name: "games", Rows: 50, Columns: []Column{col("team_id", 10)}}, teams, []KeyPair{{"team_id", "team_id"}}},
		{"the thing and the key", Table{Name: "orders", Rows: 50, Columns: []Column{col("customer_id", 9)}}, customers, []KeyPair{{"customer_id", "id"}}},
		{"the thing alone", Table{Name: "orders", Rows: 50, Columns: []Column{col("Customer", 9)}}, customers, []KeyPair{{"Customer", "id"}, {"Customer", "number"}}},
		{"in a role", Table{Name: "orders", Rows: 50, Columns: []Column{col("billing_customer_id", 9)}}, customers, []KeyPair{{"billing_customer_id", "id"}}},
		{"in two roles it is not known in which", Table{Name: "games", Rows: 50, Columns: []Column{col("home_team_id", 10), col("guest_team_id", 10)}}, teams, nil},
		{"each table numbers its own rows", Table{Name: "events", Rows: 50, Columns: []Column{col("id", 50)}}, customers, nil},
		{"a bare key that repeats refers to something", Table{Name: "visits", Rows: 50, Columns: []Column{col("id", 9)}}, customers, []KeyPair{{"id", "id"}}},
		{"what repeats is no key", Table{Name: "people", Rows: 50, Columns: []Column{col("age", 9)}}, customers, nil},
		{"kinds differ", Table{Name: "games", Rows: 50, Columns: []Column{{Name: "team_id", Type: table.String, Stats: Stats{Distinct: 9}}}}, teams, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, KeyPairs(&tt.many, &tt.one)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
