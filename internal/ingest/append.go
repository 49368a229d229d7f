package ingest

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/engine"
)

// AppendSpec says which table gets more rows, and from where. Both are Parquet
// files that were written here.
type AppendSpec struct {
	Name   string     `json:"name"` // of the table
	Dir    string     `json:"dir"`  // where to write
	Parts  []RowsPart `json:"parts"`
	Limits Limits     `json:"limits"`
}

// RowsPart is some rows of a table.
type RowsPart struct {
	File    string           `json:"file"`
	Rows    int64            `json:"rows"`
	Columns []catalog.Column `json:"columns"`
}

// Append writes the rows of all parts into one table, in their order. Columns
// are matched by name; where a part lacks one, its rows have no value. It runs
// inside a worker process, like Work.
func Append(ctx context.Context, db *sql.Conn, spec AppendSpec, progress func(engine.Progress)) (*Result, error) {
	if progress == nil {
		progress = func(engine.Progress) {}
	}
	spec.Limits.defaults()
	j := &job{spec: Spec{Name: spec.Name, Dir: spec.Dir, Limits: spec.Limits}, db: db, progress: progress}
	t := Table{Name: spec.Name, File: "table-1.parquet"}
	for _, p := range spec.Parts {
		t.Rows += p.Rows
	}
	j.stage("load", 0, t.Rows)
	t.Columns = joined(spec.Parts)
	var n int64
	if err := db.QueryRowContext(ctx, fmt.Sprintf("COPY (%s) TO %s (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)",
		union(spec.Parts, t.Columns), quoteText(j.temp(t.File)))).Scan(&n); err != nil {
		return nil, fmt.Errorf("append rows: %w", err)
	}
	if n != t.Rows {
		return nil, fmt.Errorf("the engine wrote %d rows of %d", n, t.Rows)
	}
	return j.described(ctx, t)
}

// described adds types, statistics and roles to a table that was written.
func (j *job) described(ctx context.Context, t Table) (*Result, error) {
	cols, err := j.parquetColumns(ctx, "read_parquet("+quoteText(j.temp(t.File))+")")
	if err != nil {
		return nil, err
	}
	for i := range t.Columns {
		t.Columns[i].Type = cols[i].typ
	}
	if t.Values, err = j.queriedStats(ctx, t.Columns, t, nil); err != nil {
		return nil, err
	}
	for i := range t.Columns {
		assignRole(&t.Columns[i], t.Rows)
	}
	if err := j.finish(t); err != nil {
		return nil, err
	}
	return &j.out, nil
}

// joined gives the columns of all parts, those of the first at the front.
func joined(parts []RowsPart) []catalog.Column {
	var list []catalog.Column
	for _, p := range parts {
		for _, c := range p.Columns {
			at := place(list, c.Name)
			if at < 0 {
				list = append(list, catalog.Column{Name: c.Name, Type: c.Type, Unit: c.Unit})
			} else if list[at].Unit == "" {
				list[at].Unit = c.Unit
			}
		}
	}
	return list
}

func place(list []catalog.Column, name string) int {
	for i, c := range list {
		if strings.EqualFold(c.Name, name) {
			return i
		}
	}
	return -1
}

// union is the statement that gives the rows of all parts. A column that holds
// nothing in a part has no say in the type.
func union(parts []RowsPart, columns []catalog.Column) string {
	var arms []string
	for _, p := range parts {
		var exprs []string
		for _, c := range columns {
			expr := "NULL"
			if at := place(p.Columns, c.Name); at >= 0 && p.filled(c.Name) {
				expr = quoteID(p.Columns[at].Name)
			} else if !anyFilled(parts, c.Name) {
				expr = "CAST(NULL AS " + sqlType(decided{typ: c.Type, scale: 2}) + ")"
			}
			exprs = append(exprs, expr+" AS "+quoteID(c.Name))
		}
		arms = append(arms, "SELECT "+strings.Join(exprs, ", ")+" FROM read_parquet("+quoteText(p.File)+")")
	}
	return strings.Join(arms, " UNION ALL ")
}

// filled reports whether a column of the part holds a value.
func (p *RowsPart) filled(name string) bool {
	at := place(p.Columns, name)
	return at >= 0 && p.Columns[at].Stats.Nulls < p.Rows
}

func anyFilled(parts []RowsPart, name string) bool {
	return slices.ContainsFunc(parts, func(p RowsPart) bool { return p.filled(name) })
}
