package ods

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"time"

	"tabletalk/internal/ingest/markup"
	"tabletalk/internal/ingest/sheet"
	"tabletalk/internal/ingest/xlsx"
)

// rows is one reading of a sheet.
type rows struct {
	s      *markup.Scanner
	yield  func(*sheet.Row) error
	row    sheet.Row
	next   int   // index of the next row
	given  int64 // cells, of at most
	most   int64
	extras sheet.Extras
	arena  []byte
	text   []byte
}

// read gives the rows of a sheet, which is a part of the content. A sheet may
// have so many cells, those that the file only counts included.
func read(part []byte, cells int64, yield func(*sheet.Row) error) (sheet.Extras, error) {
	r := &rows{s: markup.NewScanner(bytes.NewReader(part)), most: cells, yield: yield}
	for {
		k, err := r.s.Next()
		if errors.Is(err, io.EOF) {
			return r.extras, nil
		}
		if err == nil && k == markup.Start {
			err = r.element()
		}
		if err != nil {
			return r.extras, xlsx.Trouble(err)
		}
	}
}

func (r *rows) element() error {
	switch string(r.s.Name) {
	case "table-row":
		return r.oneRow()
	case "table-column":
		if v := r.s.Attr("visibility"); v == "collapse" || v == "filter" {
			if n := count(r.s.Attr("number-columns-repeated"), sheet.MaxColumns); n < sheet.MaxColumns/2 {
				r.extras.HiddenCols += n
			}
		}
	case "shapes", "forms", "table", "named-expressions", "conditional-formats", "sparkline-groups":
		return r.s.Skip()
	}
	return nil
}

// count reads how often something is repeated.
func count(v string, most int) int {
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 {
		return 1
	}
	return min(n, most)
}

func (r *rows) oneRow() error {
	times := count(r.s.Attr("number-rows-repeated"), sheet.MaxRows+1)
	v := r.s.Attr("visibility")
	r.row = sheet.Row{Hidden: v == "collapse" || v == "filter", Cells: r.row.Cells[:0]}
	r.arena = r.arena[:0]
	if !r.s.Empty {
		if err := r.cells(); err != nil {
			return err
		}
	}
	from := r.next
	r.next += times
	if len(r.row.Cells) == 0 {
		return nil
	}
	if r.next > sheet.MaxRows {
		return sheet.Damaged(nil, "is damaged: a sheet has more rows than a sheet can have")
	}
	for i := range times {
		if r.given += int64(len(r.row.Cells)); r.given > r.most {
			return &sheet.Problem{Code: sheet.CodeTooLarge, Reason: "has more cells than a sheet may (max-sheet-cells)"}
		}
		if r.row.Hidden {
			r.extras.HiddenRows++
		}
		r.row.Index = from + i
		if err := r.yield(&r.row); err != nil {
			return err
		}
	}
	return nil
}

func (r *rows) cells() error {
	col := 0
	for depth := r.s.Depth(); ; {
		more, err := r.s.Child(depth)
		if err != nil || !more {
			return err
		}
		switch string(r.s.Name) {
		case "table-cell":
			err = r.cell(&col)
		case "covered-table-cell":
			col += count(r.s.Attr("number-columns-repeated"), sheet.MaxColumns)
			err = r.s.Skip()
		default:
			err = r.s.Skip()
		}
		if err != nil {
			return err
		}
	}
}

// attributes are those of a cell that matter.
type attributes struct {
	kind, value, date, clock, flag, text, currency string
	times, cols, rows                              int
	isError, formula                               bool
}

func (r *rows) attributes() attributes {
	a := attributes{times: 1, cols: 1, rows: 1}
	for rest := r.s.Attrs; ; {
		var n, v []byte
		if n, v, rest = markup.NextAttr(rest); len(n) == 0 {
			return a
		}
		switch string(n) {
		case "value-type":
			if a.isError = a.isError || string(v) == "error"; !a.isError {
				a.kind = string(v)
			}
		case "value":
			a.value = string(v)
		case "date-value":
			a.date = string(v)
		case "time-value":
			a.clock = string(v)
		case "boolean-value":
			a.flag = string(v)
		case "string-value":
			a.text = string(markup.AppendPlain(nil, v))
		case "currency":
			a.currency = string(v)
		case "formula":
			a.formula = true
		case "number-columns-repeated":
			a.times = count(string(v), sheet.MaxColumns+1)
		case "number-columns-spanned":
			a.cols = count(string(v), sheet.MaxColumns)
		case "number-rows-spanned":
			a.rows = count(string(v), sheet.MaxRows)
		}
	}
}

// maxMerges is how many merged ranges of a sheet are heeded.
const maxMerges = 1 << 16

func (r *rows) cell(col *int) error {
	a := r.attributes()
	if err := r.content(); err != nil {
		return err
	}
	at := *col
	*col += a.times
	if a.cols*a.rows > 1 && len(r.extras.Merges) < maxMerges {
		r.extras.Merges = append(r.extras.Merges, sheet.Range{Row: r.next, Col: at, LastRow: r.next + a.rows - 1, LastCol: at + a.cols - 1})
	}
	c := r.fill(a)
	if len(c.Text) == 0 {
		if a.formula && a.kind != "string" {
			r.extras.Unvalued++
		}
		return nil
	}
	if *col > sheet.MaxColumns {
		return sheet.Damaged(nil, "is damaged: a sheet has more columns than a sheet can have")
	}
	for i := range a.times {
		c.Col = at + i
		r.row.Cells = append(r.row.Cells, c)
	}
	return nil
}

// fill makes a cell of its attributes and text.
func (r *rows) fill(a attributes) sheet.Cell {
	var c sheet.Cell
	switch {
	case a.isError:
		c.Kind, c.Text = sheet.Error, r.keep(r.text)
	case a.kind == "float":
		return r.number(a.value, sheet.Format{})
	case a.kind == "percentage":
		return r.number(a.value, sheet.Format{Class: sheet.Percent})
	case a.kind == "currency":
		return r.number(a.value, sheet.Format{Class: sheet.Currency, Unit: a.currency})
	case a.kind == "date":
		date := bytes.TrimSuffix(bytes.TrimSuffix([]byte(a.date), []byte("T00:00:00.000000000")), []byte("T00:00:00"))
		c = sheet.Cell{Kind: sheet.Moment, Format: sheet.Format{Class: sheet.Date}, Text: r.keep(date)}
	case a.kind == "time":
		return r.duration(a.clock)
	case a.kind == "boolean":
		c = sheet.Cell{Kind: sheet.Bool, Text: r.keep([]byte(a.flag))}
	case a.text != "":
		c.Text = r.keep([]byte(a.text))
	default:
		c.Text = r.keep(r.text)
	}
	return c
}

func (r *rows) number(value string, f sheet.Format) sheet.Cell {
	x, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return sheet.Cell{Text: r.keep(r.text)}
	}
	c := sheet.Cell{Format: f}
	start := len(r.arena)
	r.arena, c.Kind = sheet.AppendValue(r.arena, x, f, false)
	c.Text = r.arena[start:len(r.arena):len(r.arena)]
	return c
}

// duration reads PT10H20M30S: a time of day if it is one, else hours.
func (r *rows) duration(v string) sheet.Cell {
	v = string(bytes.ToLower(bytes.TrimPrefix([]byte(v), []byte("PT"))))
	d, err := time.ParseDuration(v)
	if err != nil {
		return sheet.Cell{Text: r.keep(r.text)}
	}
	f := sheet.Format{Class: sheet.Clock}
	if d < 0 || d >= 24*time.Hour {
		f.Class = sheet.Hours
	}
	return r.number(strconv.FormatFloat(d.Hours()/24, 'g', -1, 64), f)
}

func (r *rows) keep(b []byte) []byte {
	start := len(r.arena)
	r.arena = append(r.arena, b...)
	return r.arena[start:len(r.arena):len(r.arena)]
}

// content gathers the paragraphs of a cell; notes beside it are left out.
func (r *rows) content() error {
	r.text = r.text[:0]
	if r.s.Empty {
		return nil
	}
	paragraphs, inside := 0, 0
	for depth := r.s.Depth(); r.s.Depth() >= depth; {
		k, err := r.s.Next()
		if err != nil {
			return err
		}
		switch name := string(r.s.Name); {
		case k == markup.Text:
			if inside > 0 {
				r.text = r.s.Plain(r.text)
			}
		case k == markup.End:
			if name == "p" {
				inside--
			}
		case name == "p":
			if paragraphs++; paragraphs > 1 {
				r.text = append(r.text, '\n')
			}
			if !r.s.Empty {
				inside++
			}
		case name == "s":
			r.text = append(r.text, bytes.Repeat([]byte{' '}, count(r.s.Attr("c"), 1000))...)
			err = r.s.Skip()
		case name == "tab":
			r.text = append(r.text, '\t')
			err = r.s.Skip()
		case name == "line-break":
			r.text = append(r.text, '\n')
			err = r.s.Skip()
		case name != "span" && name != "a":
			err = r.s.Skip()
		}
		if err != nil {
			return err
		}
	}
	return nil
}
