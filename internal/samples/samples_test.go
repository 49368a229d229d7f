package samples

import (
	"bytes"
	"encoding/csv"
	"io"
	"math/rand/v2"
	"os"
	"testing"

	"tabletalk/internal/golden"
)

func TestFilesAreWhatTheGeneratorMakes(t *testing.T) {
	r := rand.New(rand.NewPCG(2023, 7))
	list := generateCustomers(r)
	made := map[string][]byte{"customers.csv": customersCSV(list), "orders.csv": ordersCSV(r, list)}
	if golden.Updating() {
		for name, data := range made {
			if err := os.WriteFile(name, data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	for _, s := range Files() {
		data, err := io.ReadAll(s.Open())
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(data, made[s.Name]) {
			t.Errorf("%s is not what the generator makes; run go test -update", s.Name)
		}
	}
}

func read(t *testing.T, s Sample) (header []string, rows [][]string) {
	t.Helper()
	records, err := csv.NewReader(s.Open()).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", s.Name, err)
	}
	return records[0], records[1:]
}

func TestTablesBelongTogether(t *testing.T) {
	_, customers := read(t, Files()[1])
	name := map[string]string{}
	for _, c := range customers {
		name[c[0]] = c[1]
	}
	if len(name) != len(customers) || len(name) != 120 {
		t.Errorf("%d customers with %d ids, want 120 of both", len(customers), len(name))
	}
	_, orders := read(t, Files()[0])
	if len(orders) < 1300 || len(orders) > 1800 {
		t.Errorf("%d order lines, want about 1,500", len(orders))
	}
	ids := map[string]bool{}
	for _, o := range orders {
		ids[o[0]] = true
		if name[o[3]] != o[4] {
			t.Fatalf("order %s is by %s %s, whom the customers file calls %q", o[0], o[3], o[4], name[o[3]])
		}
	}
	if len(ids) == len(orders) {
		t.Error("no order has several lines")
	}
}

func TestEmptyFields(t *testing.T) {
	header, orders := read(t, Files()[0])
	for i, name := range header {
		empty := 0
		for _, o := range orders {
			if o[i] == "" {
				empty++
			}
		}
		want := name == "ship_date" || name == "discount" || name == "status"
		if (empty > 0) != want {
			t.Errorf("%s is empty in %d rows", name, empty)
		}
	}
}
