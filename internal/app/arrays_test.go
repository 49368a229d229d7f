package app_test

import (
	"fmt"
	"testing"

	"tabletalk/client"
)

// Arrays of objects are tables that questions join with the rows they stand in.
func TestQuestionsOverArrays(t *testing.T) {
	h := open(t)
	u := h.up(t, "orders.json", `[{"order":"A","country":"Norway","items":[{"sku":"x","quantity":2},{"sku":"y","quantity":3}]},
{"order":"B","country":"Chile","items":[{"sku":"x","quantity":10}]},{"order":"C","country":"Norway","items":[]}]`)
	if len(u.Files[0].Tables) != 2 || u.Files[0].Tables[1].Name != "orders_items" || u.Files[0].Receipt.RowsRead != 3 {
		t.Fatalf("%+v", u.Files[0])
	}
	a, err := h.Ask(t.Context(), client.Question{SessionID: u.SessionID, Query: "total quantity by country"})
	must(t, err)
	if a.Status != "answered" || fmt.Sprint(a.Result.Rows) != "[[Chile 10] [Norway 5]]" {
		t.Errorf("%s %v: %s", a.Status, a.Result, a.Explanation)
	}
	var text changed
	must(t, h.Do(t.Context(), "POST", "/files/"+u.Files[0].ID+"/reread", map[string]any{"decisions": map[string]any{"arrays": "text"}}, &text))
	if len(text.File.Tables) != 1 || len(text.File.Tables[0].Columns) != 3 {
		t.Errorf("as text: %+v", text.File.Tables)
	}
}
