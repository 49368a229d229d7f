package export

import (
	"context"
	"io"
	"strings"
	"unicode"

	"tabletalk/internal/fault"
	"tabletalk/internal/table"
)

// Format is a kind of file.
type Format string

// The formats.
const (
	CSV     Format = "csv"
	XLSX    Format = "xlsx"
	JSON    Format = "json"
	NDJSON  Format = "ndjson"
	Parquet Format = "parquet"
)

// Formats lists all formats.
func Formats() []Format { return []Format{CSV, XLSX, JSON, NDJSON, Parquet} }

// ParseFormat reads the name of a format; an unknown one is an
// unknown_format fault that names the known ones.
func ParseFormat(name string) (Format, error) {
	for _, f := range Formats() {
		if strings.EqualFold(name, string(f)) {
			return f, nil
		}
	}
	return "", fault.New(fault.Invalid, "unknown_format", "There is no export format %q.", name).
		WithHint("Use one of csv, xlsx, json, ndjson, parquet.").At("export.ParseFormat")
}

// ContentType gives the media type of a format.
func ContentType(f Format) string {
	switch f {
	case CSV:
		return "text/csv; charset=utf-8"
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case JSON:
		return "application/json"
	case NDJSON:
		return "application/x-ndjson"
	case Parquet:
		return "application/vnd.apache.parquet"
	}
	return "application/octet-stream"
}

// FileName makes a file name for an export of something called name: without
// separators, control characters or a leading dot, and not long.
func FileName(name string, f Format) string {
	safe := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	if runes := []rune(safe); len(runes) > 80 {
		safe = string(runes[:80])
	}
	safe = strings.Trim(safe, " ._")
	if safe == "" {
		safe = "export"
	}
	return safe + "." + string(f)
}

// Request says what to write.
type Request struct {
	Format  Format
	Name    string // of the sheet, and in the JSON document
	Columns []table.Column
	// Rows calls each with batches in order and gives the first error.
	Rows    func(each func(*table.Rows) error) error
	Options Options
}

// Options are choices of a person; the zero value is the safe one.
type Options struct {
	RawText bool   // CSV: write text as it is, even where a spreadsheet would run it
	TempDir string // XLSX: where to spool; empty is the system's
}

// FromRows makes a Request.Rows of rows that are in memory.
func FromRows(rows *table.Rows) func(func(*table.Rows) error) error {
	return func(each func(*table.Rows) error) error { return each(rows) }
}

// sink is one file being written. Nothing may follow an error but close,
// which then only lets go of what the sink holds.
type sink interface {
	write(rows *table.Rows) error
	finish() error
	close()
}

// Write writes one file. It stops at the first error, of rows, of w or of
// the context; what is in w by then is no complete file. Errors:
// unknown_format, xlsx_too_many_rows, xlsx_too_many_columns,
// export_value_type.
func Write(ctx context.Context, w io.Writer, r Request) error {
	s, err := open(w, r)
	if err != nil {
		return err
	}
	defer s.close()
	err = r.Rows(func(rows *table.Rows) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return s.write(rows)
	})
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.finish()
}

func open(w io.Writer, r Request) (sink, error) {
	switch r.Format {
	case CSV:
		return newCSV(w, r), nil
	case XLSX:
		return newXLSX(w, r)
	case JSON:
		return newJSON(w, r), nil
	case NDJSON:
		return newNDJSON(w, r), nil
	case Parquet:
		return newParquet(w, r), nil
	}
	_, err := ParseFormat(string(r.Format))
	return nil, err
}

// misfit says that a value of a column does not fit what the file promises.
func misfit(column, promise string) error {
	return fault.New(fault.Internal, "export_value_type", "A value of the column %q does not fit %s.", column, promise).
		WithHint("Export it as CSV or JSON, which keep every value as it is.").At("export.Write")
}
