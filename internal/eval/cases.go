package eval

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"tabletalk/internal/conversation"
	"tabletalk/internal/definition"
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// Case is a question with the answer that is right.
type Case struct {
	Question string
	Plan     *plan.Plan
	Result   *conversation.Result
}

// WriteCases writes a golden file: the files that the questions are about,
// what is taught of them, and the questions.
func WriteCases(w io.Writer, files []string, taught []definition.Meaning, cases []Case) error {
	var b strings.Builder
	b.WriteString("# Answers that were confirmed. “tabletalk eval” asks the questions again.\nfiles")
	for _, f := range files {
		if strings.ContainsAny(f, " \"\t") {
			f = strconv.Quote(f)
		}
		b.WriteString(" " + f)
	}
	b.WriteString("\n")
	for _, m := range taught {
		text, err := json.Marshal(m)
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "teach %s\n", text)
	}
	for _, c := range cases {
		fmt.Fprintf(&b, "\nask\n%s\n----\nplan      %s\n", strings.Join(strings.Fields(c.Question), " "), c.Plan)
		WriteRows(&b, c.Result)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// goldenRows is how many rows of an answer a golden file shows.
const goldenRows = 6

// WriteRows writes a result as it stands in a golden file.
func WriteRows(b *strings.Builder, r *conversation.Result) {
	if r == nil {
		return
	}
	names := make([]table.Value, len(r.Columns))
	for i, c := range r.Columns {
		names[i] = c.Name
	}
	fmt.Fprintf(b, "rows      %s\n", cellsText(names))
	for i, row := range r.Rows {
		if i == goldenRows {
			fmt.Fprintf(b, "          … %d in all\n", len(r.Rows))
			break
		}
		fmt.Fprintf(b, "          %s\n", cellsText(row))
	}
}

// cellsText writes values as JSON, texts without their quotes; marks within
// texts that would end a cell are escaped.
func cellsText(row []table.Value) string {
	cells := make([]string, len(row))
	for i, v := range row {
		raw, _ := json.Marshal(v) // values of a table are values of JSON
		cells[i] = string(raw)
		if _, text := v.(string); text {
			cells[i] = strings.ReplaceAll(cells[i][1:len(cells[i])-1], "|", `\u007c`)
		}
		if cells[i] == "null" && v != nil {
			cells[i] = `\u006eull`
		}
	}
	return strings.Join(cells, " | ")
}

// splitNames reads what WriteCases writes after "files".
func splitNames(text string) (names []string, err error) {
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		name, rest, _ := strings.Cut(text, " ")
		if text[0] == '"' {
			quoted, err := strconv.QuotedPrefix(text)
			if err != nil {
				return nil, fmt.Errorf("%q is no list of files", text)
			}
			rest = text[len(quoted):]
			if name, err = strconv.Unquote(quoted); err != nil {
				return nil, err
			}
		}
		names, text = append(names, name), rest
	}
	return names, nil
}
