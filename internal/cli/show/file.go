package show

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/dataset"
	"tabletalk/internal/ingest"
	"tabletalk/internal/table"
)

// Receipt writes what was understood of a file.
func (s Screen) Receipt(f *dataset.File) {
	r := f.Receipt
	if r == nil {
		return
	}
	s.line("%s", s.paint(bold(), Clean(f.Name)))
	facts := []string{r.Format}
	if r.Encoding != "" {
		facts = append(facts, r.Encoding)
	}
	if r.Mended > 0 {
		facts = append(facts, Count(r.Mended, "piece", "pieces")+" of text mended")
	}
	if r.Delimiter != "" {
		facts = append(facts, "delimiter "+strconv.Quote(r.Delimiter))
	}
	s.labelled("Read as", Clean(strings.Join(facts, ", ")))
	if len(r.Parts) == 0 && r.Delimiter != "" {
		s.labelled("Header", namesIn("line", r.HeaderRow, r.HeaderReason))
	}
	s.labelled("Rows", fmt.Sprintf("%s read, %s rejected", separated(strconv.FormatInt(r.RowsRead, 10), true), separated(strconv.FormatInt(r.RowsRejected, 10), true)))
	if r.LeftOut != nil {
		s.labelled("Other lines", otherLines(*r.LeftOut))
	}
	for _, p := range r.Parts {
		s.wrapped("  "+Clean(p.Table)+": ", Clean(partly(p)))
	}
	for i, x := range r.Rejected {
		if i == 5 && len(r.Rejected) > 6 {
			s.line("  … and %s", Count(r.RowsRejected-5, "more", "more"))
			break
		}
		s.wrapped(fmt.Sprintf("  line %d: ", x.Line), Clean(rejected(x)))
	}
	for _, n := range r.Notes {
		s.labelled("Note", Clean(n.Text))
	}
}

// namesIn says which line or row holds the names of the columns, and why.
func namesIn(what string, at int, why string) string {
	text := "none"
	if at > 0 {
		text = fmt.Sprintf("%s %d", what, at)
	}
	if why != "" {
		text += " (" + Clean(strings.TrimSuffix(why, ".")) + ")"
	}
	return text
}

// otherLines counts the lines of a text that are no rows.
func otherLines(l ingest.LeftOut) string {
	var list []string
	for _, x := range []struct {
		n    int64
		what string
	}{{l.Names, "of names"}, {l.Above, "above them"}, {l.Blank, "blank"}, {l.Comments, "of comments"}, {l.Totals, "of totals"}} {
		if x.n > 0 {
			list = append(list, separated(strconv.FormatInt(x.n, 10), true)+" "+x.what)
		}
	}
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

// partly says where in its file a table stands.
func partly(p ingest.Part) string {
	var list []string
	row := "row"
	if p.File != "" {
		list = append(list, p.File)
	}
	switch {
	case p.Sheet != "" && p.Hidden:
		list = append(list, "hidden sheet "+strconv.Quote(p.Sheet))
	case p.Sheet != "":
		list = append(list, "sheet "+strconv.Quote(p.Sheet))
	}
	if p.Range != "" {
		list = append(list, p.Range)
	}
	if p.Line > 0 {
		row = "line"
		list = append(list, fmt.Sprintf("from line %d", p.Line))
	}
	if p.Path != "" {
		list = append(list, p.Path)
	}
	list = append(list, Count(p.Rows, "row", "rows"))
	if p.Path == "" && (p.Sheet != "" || p.Line > 0 || p.HeaderRow > 0) {
		list = append(list, "header "+namesIn(row, p.HeaderRow, p.HeaderReason))
	}
	return strings.Join(list, ", ")
}

// rejected says why a row was left out, in which column, and what it said.
func rejected(x ingest.Reject) string {
	why := x.Reason
	if x.Column != "" {
		why = "in " + x.Column + ", " + why
	}
	if x.Text != "" {
		why += " — " + x.Text
	}
	return why
}

// Columns writes the columns of a table of so many rows: type, role, how many
// values are missing and how many differ, and what they look like.
func (s Screen) Columns(columns []catalog.Column, rows int64) {
	list := []column{{name: "column"}, {name: "type"}, {name: "role"}, {name: "missing", numbers: []float64{}}, {name: "distinct", numbers: []float64{}}, {name: "values"}}
	for _, c := range columns {
		missing := ""
		if c.Stats.Nulls > 0 && rows > 0 {
			missing = fmt.Sprintf("%.1f%%", 100*float64(c.Stats.Nulls)/float64(rows))
		}
		for i, cell := range []string{Clean(c.Name), string(c.Type), string(c.Role), missing, strconv.FormatInt(c.Stats.Distinct, 10), values(c)} {
			list[i].cells = append(list[i].cells, cell)
		}
	}
	for i := range list {
		list[i].null = make([]bool, len(columns))
	}
	if len(columns) > 0 {
		s.grid(list, nil)
	}
}

// values tells a range where values have an order, else the most frequent.
func values(c catalog.Column) string {
	format := func(v table.Value) string {
		if f, ok := v.(float64); ok && math.Abs(f) < 1e15 {
			return strconv.FormatFloat(f, 'f', -1, 64)
		}
		return formatter(table.Column{Type: c.Type}, nil, false, "")(v)
	}
	if (c.Type.Numeric() || c.Type.Temporal()) && c.Stats.Min != nil && c.Stats.Max != nil {
		return format(c.Stats.Min) + " to " + format(c.Stats.Max)
	}
	var list []string
	for _, t := range c.Stats.Top {
		list = append(list, format(t.Value))
	}
	for _, v := range c.Stats.Samples {
		if len(c.Stats.Top) == 0 {
			list = append(list, format(v))
		}
	}
	return strings.Join(list, ", ")
}
