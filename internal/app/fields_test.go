package app_test

import (
	"fmt"
	"strings"
	"testing"

	"tabletalk/client"
)

// formOf is a form of fields, by name and value, before a file.
func formOf(fields ...string) string {
	var b strings.Builder
	for i := 0; i < len(fields); i += 2 {
		fmt.Fprintf(&b, "--b\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n", fields[i], fields[i+1])
	}
	return b.String() + "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"p.csv\"\r\n\r\n001;2\r\n003;x\r\n\r\n--b--\r\n"
}

// A decision may come as a field of its own; a field that means nothing is
// refused with the names that look like it.
func TestFieldsOfUploads(t *testing.T) {
	h := open(t)
	var u client.Uploaded
	form := formOf("header_row", "0", "delimiter", ";", "null_words", `["x"]`, "column_types", `{"column_1":"integer"}`, "decisions", `{"keep_totals":true}`)
	if status := h.post(t, form, &u); status != 200 {
		t.Fatalf("%d %+v", status, u)
	}
	if got := h.rows(t, u.SessionID, "SELECT * FROM p"); got != "[[1 2] [3 <nil>]]" {
		t.Errorf("rows %s", got)
	}
	for name, c := range map[string]struct{ form, code, says string }{
		"a word that is no field":    {formOf("header_rwo", "1"), "field_unknown", "header_row"},
		"a decision that is none":    {formOf("decisions", `{"delimitr":";"}`), "decision_unknown", "delimiter"},
		"a number that is none":      {formOf("skip_rows", "many"), "decisions_invalid", "skip_rows"},
		"a type that does not fit":   {formOf("skip_rows", `"1"`), "decisions_invalid", "skip_rows"},
		"a field of a new version":   {formOf("mode", "append"), "field_unknown", "mode"},
		"a file under another name":  {strings.Replace(formOf(), `name="files"`, `name="upload"`, 1), "field_unknown", "files"},
		"a name with a zero byte":    {strings.Replace(formOf(), "p.csv", "p\x00.csv", 1), "form_invalid", "control characters"},
		"decisions that are a list":  {formOf("decisions", `[1]`), "decisions_invalid", "JSON object"},
		"decisions with a tail":      {formOf("decisions", `{} {}`), "decisions_invalid", "JSON object"},
		"a value beyond all choices": {formOf("tables", "many"), "decision_invalid", "tables"},
	} {
		t.Run(name, func(t *testing.T) {
			var p client.Error
			if status := h.post(t, c.form, &p); status/100 != 4 || p.Code != c.code || !strings.Contains(p.Detail+" "+p.Hint, c.says) {
				t.Errorf("%d %s %q %q", status, p.Code, p.Detail, p.Hint)
			}
		})
	}
}
