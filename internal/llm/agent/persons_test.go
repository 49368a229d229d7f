package agent

import (
	"strings"
	"testing"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

func TestColumnsByWhichPeopleAreKnown(t *testing.T) {
	for _, c := range []struct {
		table, column string
		kind          string
	}{
		{"orders", "customer_name", "person"}, {"orders", "CustomerName", "person"}, {"staff", "name", "person"}, {"people", "Full Name", "person"},
		{"users", "lname", "person"}, {"orders", "salesperson", "person"}, {"orders", "Sales Rep Email", "email"}, {"x", "e-mail", "email"},
		{"x", "home phone", "phone"}, {"x", "tel", "phone"}, {"x", "street address", "address"}, {"x", "ssn", "number"},
		{"products", "name", ""}, {"products", "product_name", ""}, {"titles", "passenger class", ""}, {"x", "customer_segment", ""},
		{"x", "region", ""}, {"x", "country name", ""}, {"x", "email opt in", ""}, {"people", "city", ""},
	} {
		tab := &catalog.Table{Name: c.table}
		if got := identifies(tab, &catalog.Column{Name: c.column, Type: table.String}); got != c.kind {
			t.Errorf("%s.%s: %q, not %q", c.table, c.column, got, c.kind)
		}
	}
	called := catalog.Column{Name: "Name", Type: table.String, Stats: catalog.Stats{Samples: []table.Value{"Braund, Mr. Owen Harris", "Heikkinen, Miss. Laina"}}}
	if identifies(&catalog.Table{Name: "titanic"}, &called) != "person" {
		t.Error("people who are addressed as such are not recognised")
	}
	if phone := (catalog.Column{Name: "phone", Type: table.Integer, Role: catalog.ID}); identifies(&catalog.Table{Name: "x"}, &phone) != "phone" {
		t.Error("a number that is a telephone's is not recognised")
	}
	if calls := (catalog.Column{Name: "phone", Type: table.Integer, Role: catalog.Measure}); identifies(&catalog.Table{Name: "x"}, &calls) != "" {
		t.Error("a number of telephones is taken for one")
	}
}

func TestWhichColumnsOfAResultNamePeople(t *testing.T) {
	all := persons{{Table: "staff", Name: "name"}: "person", {Table: "staff", Name: "email"}: "email"}
	for text, want := range map[string]string{
		"staff": "name email", "staff | select name, city": "name", "staff | by name | count() as n": "name",
		"staff | count(distinct email) as n": "", "staff | max(name) as last": "last", "staff | by lower(name) as who | count() as n": "who",
		"(from staff | by name | count() as n) | order n desc": "name", "orders | join staff on orders.staff_id = staff.id | by staff.name | count() as n": "name",
		"staff | by city | sum(age) as years": "",
	} {
		p, err := plan.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		got := all.shown(p)
		for _, name := range strings.Fields(want) {
			if got[name] == "" {
				t.Errorf("%s: %s is told", text, name)
			}
			delete(got, name)
		}
		delete(got, "email")
		if len(got) > 0 {
			t.Errorf("%s: %v are kept, too", text, got)
		}
	}
}

func TestNamesThatWereLearned(t *testing.T) {
	m := newMask()
	m.learn("person", "Ann O'Hara")
	m.learn("person", "Ann")
	m.learn("person", "Smith & <Sons>")
	m.learn("phone", "12")
	m.alias("person", "bob", "")
	for text, want := range map[string]string{
		"orders of ann o'hara and Ann":                 "orders of ‹person 1› and ‹person 2›",
		"staff | where name = 'Ann O''Hara'":           "staff | where name = '‹person 1›'",
		`{"rows":[["Smith \u0026 \u003cSons\u003e"]]}`: `{"rows":[["‹person 3›"]]}`,
		"Annual bobsled of Bob":                        "Annual bobsled of ‹person 4›",
		"12 of ‹person 1›":                             "12 of ‹person 1›",
	} {
		if got := m.hide(text); got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
	if got := m.inPlan("staff | where name = '‹person 1›'"); got != "staff | where name = 'Ann O''Hara'" {
		t.Error(got)
	}
	if got := m.hide(m.hide("call Ann at +49 30 1234567")); got != "call ‹person 2› at ‹phone 1›" {
		t.Error(got)
	}
}
