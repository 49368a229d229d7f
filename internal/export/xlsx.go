package export

import (
	"archive/zip"
	"compress/flate"
	"fmt"
	"io"
	"math"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"tabletalk/internal/fault"
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// What a sheet can hold.
const (
	sheetRows    = 1_048_576
	sheetColumns = 16_384
	cellChars    = 32_767
	safeDigits   = 15 // a cell's number is exact to this many digits
)

// xlsxSink writes one sheet: a bold header that stays in view, typed cells,
// and columns as wide as their first rows ask for. Rows are spooled to a
// temporary file and go from there to w at finish.
type xlsxSink struct {
	w       io.Writer
	file    *excelize.File
	sheet   *excelize.StreamWriter
	columns []table.Column
	styles  map[string]int
	n       int // rows written, with the header
	cells   []any
}

func newXLSX(w io.Writer, r Request) (*xlsxSink, error) {
	if len(r.Columns) > sheetColumns {
		return nil, fault.New(fault.TooLarge, "xlsx_too_many_columns",
			"A sheet has room for %d columns, this is %d.", sheetColumns, len(r.Columns)).
			WithHint("Export it as CSV or Parquet.").At("export.Write")
	}
	file := excelize.NewFile(excelize.Options{TmpDir: r.Options.TempDir})
	s := &xlsxSink{w: w, file: file, columns: r.Columns, styles: map[string]int{}}
	name := sheetName(r.Name)
	if err := file.SetSheetName("Sheet1", name); err != nil {
		return nil, fmt.Errorf("name the sheet: %w", err)
	}
	sheet, err := file.NewStreamWriter(name)
	if err != nil {
		return nil, fmt.Errorf("open the sheet: %w", err)
	}
	s.sheet = sheet
	return s, nil
}

func (s *xlsxSink) write(rows *table.Rows) error {
	if err := s.begin(rows.Values); err != nil {
		return err
	}
	for _, row := range rows.Values {
		if s.n >= sheetRows {
			return fault.New(fault.TooLarge, "xlsx_too_many_rows",
				"A sheet has room for %d rows under its header, this has more.", sheetRows-1).
				WithHint("Export it as CSV or Parquet, or ask for fewer rows.").At("export.Write")
		}
		s.cells = s.cells[:0]
		for i, v := range row {
			cell, err := s.cell(s.columns[i], v)
			if err != nil {
				return err
			}
			s.cells = append(s.cells, cell)
		}
		if err := s.row(s.cells); err != nil {
			return err
		}
	}
	return nil
}

func (s *xlsxSink) finish() error {
	if err := s.begin(nil); err != nil {
		return err
	}
	if err := s.sheet.Flush(); err != nil {
		return fmt.Errorf("finish the sheet: %w", err)
	}
	// The library would gather the whole file in memory to write it at once;
	// its buffer stays empty when the archive goes straight to w.
	s.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zipTo(s.w) })
	if _, err := s.file.WriteToBuffer(); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return nil
}

// zipTo makes an archive that is compressed quickly rather than well.
func zipTo(w io.Writer) *zip.Writer {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, 3) })
	return z
}

// close removes the spooled file.
func (s *xlsxSink) close() { _ = s.file.Close() }

// begin writes what must stand before the rows, once: widths (from the first
// rows), the frozen pane and the header.
func (s *xlsxSink) begin(first [][]table.Value) error {
	if s.n > 0 || len(s.columns) == 0 {
		return nil
	}
	for i, width := range widths(s.columns, first) {
		if err := s.sheet.SetColWidth(i+1, i+1, width); err != nil {
			return fmt.Errorf("set a column's width: %w", err)
		}
	}
	if err := s.sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return fmt.Errorf("freeze the header: %w", err)
	}
	style, err := s.file.NewStyle(&excelize.Style{
		Font: &excelize.Font{Bold: true},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EDF3"}},
	})
	if err != nil {
		return fmt.Errorf("make the header's style: %w", err)
	}
	header := make([]any, len(s.columns))
	for i, c := range s.columns {
		header[i] = excelize.Cell{StyleID: style, Value: cellText(c.Name)}
	}
	return s.row(header)
}

func (s *xlsxSink) row(cells []any) error {
	s.n++
	if err := s.sheet.SetRow(fmt.Sprintf("A%d", s.n), cells); err != nil {
		return fmt.Errorf("write row %d: %w", s.n, err)
	}
	return nil
}

func (s *xlsxSink) cell(c table.Column, v table.Value) (any, error) {
	if f, ok := table.Number(v); ok && c.Unit == plan.UnitRatio && !math.IsNaN(f) && !math.IsInf(f, 0) {
		return s.styled("0.0%", f)
	}
	switch v := v.(type) {
	case int64:
		if digits(fmt.Sprint(v)) > safeDigits {
			return fmt.Sprint(v), nil
		}
		return v, nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Sprint(v), nil
		}
		return v, nil
	case table.Exact:
		if f, ok := table.Number(v); ok && digits(string(v)) <= safeDigits {
			return s.decimal(string(v), f)
		}
		return string(v), nil
	case string:
		if c.Type.Temporal() || c.Type == table.Time {
			return s.timeCell(c.Type, v)
		}
		return cellText(v), nil
	}
	return v, nil // nil, bool
}

// decimal makes a cell that shows as many places as the column has: 24.50, not
// 24.5. A spreadsheet shows 30 at most.
func (s *xlsxSink) decimal(text string, v float64) (any, error) {
	_, places, _ := strings.Cut(text, ".")
	if places == "" || strings.Trim(places, "0123456789") != "" || len(places) > 30 {
		return v, nil
	}
	return s.styled("0."+strings.Repeat("0", len(places)), v)
}

// timeCell makes a cell that a spreadsheet can calculate with, or text for
// what is outside its calendar.
func (s *xlsxSink) timeCell(t table.Type, text string) (any, error) {
	at, zoned, ok := moment(t, text)
	if !ok {
		return cellText(text), nil
	}
	at = at.UTC()
	format := "yyyy-mm-dd"
	switch {
	case t == table.Time:
		return s.styled("hh:mm:ss", days(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), at))
	case at.Year() > 9999 || at.Before(time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC)):
		return text, nil
	case zoned:
		format = `yyyy-mm-dd hh:mm:ss"Z"`
	case t == table.Datetime:
		format = "yyyy-mm-dd hh:mm:ss"
	}
	return s.styled(format, days(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC), at))
}

// days counts the days from one time to another. (A time.Duration ends after
// 292 years.)
func days(from, to time.Time) float64 {
	return (float64(to.Unix()-from.Unix()) + float64(to.Nanosecond())/1e9) / 86400
}

func (s *xlsxSink) styled(format string, v float64) (any, error) {
	id, ok := s.styles[format]
	if !ok {
		var err error
		if id, err = s.file.NewStyle(&excelize.Style{CustomNumFmt: &format}); err != nil {
			return nil, fmt.Errorf("make the style %s: %w", format, err)
		}
		s.styles[format] = id
	}
	return excelize.Cell{StyleID: id, Value: v}, nil
}

// digits counts the significant digits of a number in plain digits.
func digits(s string) int {
	s = strings.TrimLeft(strings.Replace(s, ".", "", 1), "-0")
	return len(s)
}

// cellText cuts text to what a cell holds, and says so in the cell.
func cellText(s string) string {
	if len(s) <= cellChars || utf16Len(s) <= cellChars {
		return s
	}
	mark := fmt.Sprintf(" … [cut: %d characters, a cell holds %d]", utf8.RuneCountInString(s), cellChars)
	room := cellChars - utf16Len(mark)
	for i, r := range s {
		if room -= utf16.RuneLen(max(r, 0)); room < 0 {
			return s[:i] + mark
		}
	}
	return s
}

func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// sheetName makes a name that a workbook accepts: at most 31 characters and
// none of :\/?*[]', not at the ends an apostrophe.
func sheetName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`:\/?*[]'`, r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(name, " "))
	for utf16Len(name) > 31 {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	if name = strings.TrimSpace(name); name == "" {
		return "Data"
	}
	return name
}

// widths guesses a width per column from its name and first rows.
func widths(columns []table.Column, first [][]table.Value) []float64 {
	if len(first) > 100 {
		first = first[:100]
	}
	list := make([]float64, len(columns))
	for i, c := range columns {
		n := utf8.RuneCountInString(c.Name) + 1
		for _, row := range first {
			n = max(n, utf8.RuneCountInString(fmt.Sprint(row[i])))
		}
		if c.Type == table.Datetime {
			n = max(n, 19)
		}
		list[i] = float64(min(max(n, 6), 60)) + 1.5
	}
	return list
}
