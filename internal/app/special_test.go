package app_test

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tabletalk/client"
)

// special holds floats that are no numbers.
const special = `SELECT * FROM (VALUES ('a', 'nan'::DOUBLE, 1.0::DOUBLE), ('b', 'inf'::DOUBLE, 2.0), ('c', '-inf'::DOUBLE, 'nan'::DOUBLE), ('d', 1.25, NULL))
	AS t(region, rate, score) ORDER BY region`

var specialRows = [][]any{{"a", "NaN", 1.0}, {"b", "Infinity", 2.0}, {"c", "-Infinity", "NaN"}, {"d", 1.25, nil}}

// export gives an answer's rows as text.
func (h *house) export(t *testing.T, queryID, format string) string {
	t.Helper()
	r, err := h.ExportAnswer(t.Context(), queryID, format)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // it is read
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Floats that are no numbers come through answers, the store, exports, uploads
// and explanations as what they are.
func TestFloatsThatAreNoNumbers(t *testing.T) {
	h, ctx := open(t), t.Context()
	a, err := h.SQL(ctx, h.up(t, "people.csv", people).SessionID, special)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := h.Query(ctx, a.QueryID)
	if err != nil {
		t.Fatal(err)
	}
	for what, got := range map[string]*client.Answer{"answer": a, "kept answer": kept} {
		if diff := cmp.Diff(specialRows, got.Result.Rows); diff != "" {
			t.Errorf("%s:\n%s", what, diff)
		}
	}
	for format, want := range map[string]string{
		"csv":    "region,rate,score\na,NaN,1\nb,Infinity,2\nc,-Infinity,NaN\nd,1.25,\n",
		"ndjson": `{"region":"a","rate":"NaN","score":1}` + "\n" + `{"region":"b","rate":"Infinity","score":2}` + "\n" + `{"region":"c","rate":"-Infinity","score":"NaN"}` + "\n" + `{"region":"d","rate":1.25,"score":null}` + "\n",
	} {
		if diff := cmp.Diff(want, strings.ReplaceAll(h.export(t, a.QueryID, format), "\r\n", "\n")); diff != "" {
			t.Errorf("%s:\n%s", format, diff)
		}
	}
	if got := h.export(t, a.QueryID, "xlsx"); !strings.HasPrefix(got, "PK") {
		t.Errorf("xlsx %.20q", got)
	}
	h.specialQuestions(t, h.up(t, "special.parquet", h.export(t, a.QueryID, "parquet")))
}

// specialQuestions asks an upload of the same rows.
func (h *house) specialQuestions(t *testing.T, u *client.Uploaded) {
	t.Helper()
	ctx := t.Context()
	for _, c := range []struct{ asked, says, note string }{
		{"average rate by region", "4 rows.", "3 rows have values that are no numbers"},
		{"score by region", "Highest is b with 2, lowest a with 1.", "1 row has a value that is no number"},
		{"average rate", "Average rate is NaN, over 4 rows.", "1 row has a value that is no number"},
		{"median rate", "Infinity", "1 row has a value that is no number"},
		{"how many rows have rate above 1", ": 3.", ""},
	} {
		a, err := h.Ask(ctx, client.Question{SessionID: u.SessionID, Query: c.asked})
		if err != nil {
			t.Errorf("%s: %v", c.asked, err)
			continue
		}
		if !strings.Contains(a.Explanation, c.says) || !strings.Contains(strings.Join(a.Notes, "\n"), c.note) {
			t.Errorf("%s: %q %q", c.asked, a.Explanation, a.Notes)
		}
		if len(a.Chart) > 0 && (!json.Valid(a.Chart) || strings.Contains(string(a.Chart), "NaN") || strings.Contains(string(a.Chart), "Infinity")) {
			t.Errorf("%s: the chart %s", c.asked, a.Chart)
		}
		if _, err := h.Query(ctx, a.QueryID); err != nil {
			t.Errorf("%s: kept: %v", c.asked, err)
		}
	}
	_, err := h.SQL(ctx, u.SessionID, `SELECT corr(rate, score) FROM special`)
	wants(t, err, 422, "sql_invalid")
}
