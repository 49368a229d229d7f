package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"tabletalk/internal/fault"
	"tabletalk/internal/ingest/grid"
	"tabletalk/internal/ingest/ods"
	"tabletalk/internal/ingest/sheet"
	"tabletalk/internal/ingest/sheetml"
	"tabletalk/internal/ingest/xls"
	"tabletalk/internal/ingest/xlsx"
)

// readZip reads what is a ZIP archive: a workbook of Excel or OpenDocument, or
// several files.
func readZip(ctx context.Context, j *job) error {
	f, err := os.Open(j.path)
	if err != nil {
		return err
	}
	defer f.Close()
	a, err := xlsx.OpenArchive(f, j.size, j.spec.Limits.archive())
	if err != nil {
		return j.sheetFault(err)
	}
	var wb *sheet.Workbook
	switch {
	case ods.Is(a):
		wb, err = ods.Open(a)
	case xlsx.Is(a):
		wb, err = xlsx.Open(a)
	default:
		return j.readArchive(ctx, a)
	}
	if err != nil {
		return j.sheetFault(err)
	}
	return j.readWorkbook(ctx, wb)
}

// readXLS reads an Excel workbook of before 2007.
func readXLS(ctx context.Context, j *job) error {
	f, err := os.Open(j.path)
	if err != nil {
		return err
	}
	defer f.Close()
	wb, err := xls.Open(f, j.size, j.spec.Limits.book())
	var p *sheet.Problem
	if errors.As(err, &p) && p.Code == sheet.CodeLocked && j.spec.Password != "" {
		return j.readLocked(ctx)
	}
	if err != nil {
		return j.sheetFault(err)
	}
	return j.readWorkbook(ctx, wb)
}

// readSheetML reads an Excel workbook that is one XML document.
func readSheetML(ctx context.Context, j *job) error {
	wb, err := sheetml.Open(func() (io.ReadCloser, error) { return os.Open(j.path) }, j.spec.Limits.book())
	if err != nil {
		return j.sheetFault(err)
	}
	return j.readWorkbook(ctx, wb)
}

// sheetFault words a problem of a workbook for a person.
func (j *job) sheetFault(err error) error {
	var p *sheet.Problem
	if !errors.As(err, &p) {
		return err
	}
	kind := fault.Invalid
	if p.Code == sheet.CodeTooLarge {
		kind = fault.TooLarge
	}
	return fault.New(kind, p.Code, "%s %s.", shown(j.spec.Name), p.Reason).WithHint("%s", p.Hint).At("ingest.Work").Because(p.Err)
}

// found is a sheet and what is on it.
type found struct {
	sheet  sheet.Sheet
	layout *grid.Layout
}

// readWorkbook makes a table of every table on every sheet.
func (j *job) readWorkbook(ctx context.Context, wb *sheet.Workbook) error {
	j.out.Receipt.Format = wb.Format
	var err error
	if wb.Sheets, err = j.chosen(wb.Sheets); err != nil {
		return err
	}
	o := grid.Options{Header: j.spec.Header, HeaderRows: j.spec.HeaderRows, Totals: j.spec.KeepTotals, Columns: j.spec.Limits.Columns, Judge: judgeTexts}
	var list []found
	tables := 0
	for i, s := range wb.Sheets {
		j.stage("scan", int64(i), int64(len(wb.Sheets)))
		l, err := grid.Find(watched(ctx, s), o)
		if err != nil {
			return j.layoutFault(err)
		}
		tables += len(l.Tables)
		list = append(list, found{s, l})
	}
	if tables > 1 {
		tables -= loneTexts(list)
	}
	if tables == 0 {
		return fault.New(fault.Invalid, "file_empty", "%s holds no rows.", shown(j.spec.Name)).At("ingest.Work")
	}
	if err := j.checkTables(tables); err != nil {
		return err
	}
	if wb.Other > 0 {
		j.note("other_sheets", "%s no cells (charts, macros); left out.", countOf(int64(wb.Other), "sheet holds", "sheets hold"))
	}
	for _, f := range list {
		j.tellSheet(f, len(wb.Sheets) > 1)
		if err := j.readSheet(ctx, f, tables > 1); err != nil {
			return err
		}
	}
	return nil
}

// loneTexts takes texts that stand alone on a sheet beside tables for texts,
// and gives how many.
func loneTexts(list []found) int {
	n, rows := 0, false
	for _, f := range list {
		for _, t := range f.layout.Tables {
			rows = rows || t.Last >= t.First
		}
	}
	for _, f := range list {
		l := f.layout
		l.Tables = slices.DeleteFunc(l.Tables, func(t grid.Table) bool {
			lone := rows && len(t.Columns) == 1 && t.Last < t.First
			if lone {
				n++
				l.Aside = append(l.Aside, grid.Aside{Where: t.Range(), Text: t.Columns[0].Name})
			}
			return lone
		})
	}
	return n
}

func (j *job) layoutFault(err error) error {
	var wide *grid.TooWide
	if errors.As(err, &wide) {
		return j.checkWidth(wide.Columns)
	}
	return j.sheetFault(err)
}

// judgeTexts is looksLikeHeader for rows of a sheet.
func judgeTexts(cells []string, below [][]string) (bool, string) {
	rows := make([]sampleRow, len(below))
	for i, c := range below {
		rows[i].cells = c
	}
	return looksLikeHeader(cells, rows)
}

// watched ends the reading of a sheet when the context ends.
func watched(ctx context.Context, s sheet.Sheet) sheet.Sheet {
	read := s.Read
	s.Read = func(yield func(*sheet.Row) error) (sheet.Extras, error) {
		n := 0
		return read(func(r *sheet.Row) error {
			if n++; n&1023 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			return yield(r)
		})
	}
	return s
}

// tellSheet notes what a person should know of a sheet.
func (j *job) tellSheet(f found, named bool) {
	where := "The sheet"
	if named {
		where = fmt.Sprintf("Sheet %q", clip(cleanName(f.sheet.Name), 60))
	}
	x := f.layout.Extras
	if len(f.layout.Tables) == 0 {
		j.note("empty_sheet", "%s holds no table.", where)
	}
	if f.sheet.Hidden && len(f.layout.Tables) > 0 {
		j.note("hidden_sheet", "%s is hidden; it was read all the same.", where)
	}
	if x.HiddenRows > 0 {
		j.note("hidden_rows", "%s has %s; read all the same.", where, countOf(int64(x.HiddenRows), "hidden row", "hidden rows"))
	}
	if x.HiddenCols > 0 {
		j.note("hidden_columns", "%s has %s; read all the same.", where, countOf(int64(x.HiddenCols), "hidden column", "hidden columns"))
	}
	if x.Unvalued > 0 {
		j.note("formulas_without_values", "%s has %s without a stored value; these cells are empty. Open and save the file in a spreadsheet program to compute them.",
			where, countOf(int64(x.Unvalued), "formula", "formulas"))
	}
	for _, a := range f.layout.Aside {
		j.note("left_out_text", "%s: %q at %s belongs to no table and was left out.", where, clip(cleanName(a.Text), 60), sheet.Ref(a.Where.Row, a.Where.Col))
	}
}

// readSheet makes tables of what was found on a sheet: all of them are written
// in one reading, then loaded.
func (j *job) readSheet(ctx context.Context, f found, several bool) error {
	if len(f.layout.Tables) == 0 {
		return nil
	}
	w := &sheetWriter{j: j}
	defer w.clear()
	for i := range f.layout.Tables {
		if err := w.begin(&f.layout.Tables[i], i); err != nil {
			return err
		}
	}
	if _, err := watched(ctx, f.sheet).Read(w.row); err != nil {
		return j.sheetFault(err)
	}
	for i, t := range w.tables {
		label := ""
		if several {
			label = f.sheet.Name
			if len(w.tables) > 1 {
				label = fmt.Sprintf("%s %d", label, i+1)
			}
		}
		if err := t.finish(ctx, label, several); err != nil {
			return err
		}
		j.part(t, f.sheet)
	}
	return nil
}

// part writes what the receipt says of the table just read.
func (j *job) part(t *sheetTable, s sheet.Sheet) {
	r := &j.out.Receipt
	p := Part{Table: j.out.Tables[len(j.out.Tables)-1].Name, Sheet: cleanName(s.Name), Hidden: s.Hidden, Range: t.t.Range().String(),
		HeaderRow: t.t.HeaderRow + 1, HeaderRows: t.t.HeaderRows, HeaderReason: t.t.Reason, Rows: t.s.rows}
	if len(r.Parts) == 0 {
		r.HeaderRow, r.HeaderReason = p.HeaderRow, p.HeaderReason
	}
	r.Parts = append(r.Parts, p)
	r.RowsRead += t.s.rows
}

// sortFills puts merged ranges in the order in which rows come.
func sortFills(list []sheet.Range) {
	slices.SortFunc(list, func(a, b sheet.Range) int { return a.Row - b.Row })
}

// archive are the limits of a ZIP archive, and of a workbook in one.
func (l *Limits) archive() xlsx.Limits {
	return xlsx.Limits{Entries: l.ArchiveEntries, Unpacked: l.UnpackedBytes, Ratio: l.Ratio, BombMin: bombMinimum, Book: l.book()}
}

func (l *Limits) book() sheet.Limits {
	return sheet.Limits{Sheets: l.Sheets, Cells: l.SheetCells, SharedTexts: l.SharedTexts, SharedBytes: l.SharedBytes, ODSBytes: l.ODSBytes}
}
