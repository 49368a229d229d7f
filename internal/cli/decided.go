package cli

import (
	"strings"

	"tabletalk/internal/fault"
	"tabletalk/internal/ingest"
	"tabletalk/internal/table"
)

// decided is what a person decides about how a file is read.
type decided struct {
	Format      string   `group:"reading" help:"What the file is, whatever it looks like: csv, json, ndjson, parquet, xlsx and so on."`
	Encoding    string   `group:"reading" help:"Encoding of the text: utf-8, windows-1252 and so on."`
	Twice       string   `name:"encoded-twice" group:"reading" help:"mend or keep, for text that was encoded twice, such as Ã© for é."`
	Delimiter   string   `group:"reading" help:"What separates the cells."`
	Quote       string   `group:"reading" help:"What encloses cells."`
	HeaderRow   *int     `group:"reading" placeholder:"N" help:"Row of the header, from 1; 0: there is none."`
	HeaderRows  int      `group:"reading" placeholder:"N" help:"How many rows make up the header."`
	SkipRows    int      `group:"reading" placeholder:"N" help:"Rows to leave out at the start."`
	Tables      string   `group:"reading" help:"one or several, for tables below one another in a text."`
	Comment     string   `group:"reading" placeholder:"SIGN" help:"Lines that begin with it are left out."`
	KeepTotals  bool     `group:"reading" help:"Keep a last row that sums up the others."`
	Arrays      string   `group:"reading" help:"What becomes of arrays of objects in JSON: tables, as usual, or text."`
	Sheet       string   `group:"reading" help:"Only this sheet of a workbook."`
	Range       string   `group:"reading" help:"Only this part of a sheet, such as A3:F120."`
	DateOrder   string   `group:"reading" help:"day_first or month_first, for dates that could be read both ways."`
	DecimalMark string   `group:"reading" help:"point or comma, for numbers that could be read both ways."`
	NullWord    []string `group:"reading" placeholder:"WORD" help:"A word that means no value, instead of the usual ones; may be given several times."`
	Type        []string `group:"reading" placeholder:"COLUMN=TYPE" help:"Type of a column; may be given several times."`
	Password    string   `group:"reading" help:"Of a workbook that is locked."`
}

// decisions gives what was decided. Error: usage.
func (d *decided) decisions() (ingest.Decisions, error) {
	out := ingest.Decisions{Format: d.Format, Encoding: d.Encoding, Twice: d.Twice, HeaderRows: d.HeaderRows, Tables: d.Tables, Comment: d.Comment, KeepTotals: d.KeepTotals, Arrays: d.Arrays, Delimiter: strings.ReplaceAll(d.Delimiter, `\t`, "\t"), Quote: d.Quote, Header: d.HeaderRow, SkipRows: d.SkipRows,
		Sheet: d.Sheet, Range: d.Range, DateOrder: d.DateOrder, DecimalMark: d.DecimalMark, Nulls: d.NullWord, Password: d.Password}
	for _, pair := range d.Type {
		at := strings.LastIndexByte(pair, '=')
		if at <= 0 {
			return out, fault.New(fault.Invalid, "usage", "%q does not say the type of a column.", pair).WithHint("Write it like --type zip=string.").At("cli.inspect")
		}
		if out.Types == nil {
			out.Types = map[string]table.Type{}
		}
		out.Types[pair[:at]] = table.Type(pair[at+1:])
	}
	return out, nil
}
