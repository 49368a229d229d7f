package ingest

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/fault"
	"tabletalk/internal/table"
)

// parquetColumn is a column of somebody's Parquet file and how it is kept.
type parquetColumn struct {
	name string
	typ  table.Type
	expr string // "" where the column is kept as it is

	chosen bool   // a person chose the type
	raw    string // its name in the file, then
}

// readParquet keeps a Parquet file as it is where its columns are of types and
// names that the product has, and writes it anew otherwise.
func readParquet(ctx context.Context, j *job) error {
	if err := j.checkFooter(); err != nil {
		return err
	}
	from := "read_parquet(" + quoteText(j.path) + ", hive_partitioning = false)"
	cols, err := j.parquetColumns(ctx, from)
	if err != nil {
		return err
	}
	t := Table{Name: TableName(j.spec.Name, j.spec.Taken), File: fmt.Sprintf("table-%d.parquet", len(j.out.Tables)+1)}
	if err := j.db.QueryRowContext(ctx, "SELECT count(*) FROM "+from).Scan(&t.Rows); err != nil {
		return j.damagedParquet(err)
	}
	if err := j.keepParquet(ctx, from, cols, t); err != nil {
		return err
	}
	j.out.Receipt.RowsRead = t.Rows
	for _, c := range cols {
		t.Columns = append(t.Columns, catalog.Column{Name: c.name, Type: c.typ})
	}
	if t.Values, err = j.queriedStats(ctx, t.Columns, t, nil); err != nil {
		return j.damagedParquet(err)
	}
	for i := range t.Columns {
		if err := j.tellUncast(ctx, from, cols[i], t.Columns[i].Stats.Nulls); err != nil {
			return err
		}
		assignRole(&t.Columns[i], t.Rows)
	}
	return j.finish(t)
}

// tellUncast counts the values that were none of the type that a person chose.
func (j *job) tellUncast(ctx context.Context, from string, c parquetColumn, nulls int64) error {
	if !c.chosen {
		return nil
	}
	var before int64
	if err := j.db.QueryRowContext(ctx, "SELECT count(*) FILTER (WHERE "+quoteID(c.raw)+" IS NULL) FROM "+from).Scan(&before); err != nil {
		return j.damagedParquet(err)
	}
	if unfit := nulls - before; unfit > 0 {
		j.note("unfit_cells", "%s of %q cannot be read as %s and were left empty.", countOf(unfit, "cell", "cells"), c.name, c.typ)
	}
	return nil
}

// orText gives the first text that is not empty.
func orText(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

// checkFooter looks at the end of the file before the engine does.
func (j *job) checkFooter() error {
	f, err := os.Open(j.path)
	if err != nil {
		return err
	}
	defer f.Close()
	var tail [8]byte
	if j.size < 12 {
		return j.damagedParquet(io.ErrUnexpectedEOF)
	}
	if _, err := f.ReadAt(tail[:], j.size-8); err != nil {
		return err
	}
	if string(tail[4:]) == "PARE" {
		return encryptedParquet(j, "is an encrypted Parquet file")
	}
	n := int64(binary.LittleEndian.Uint32(tail[:4]))
	if string(tail[4:]) != "PAR1" || n+12 > j.size {
		return j.damagedParquet(io.ErrUnexpectedEOF)
	}
	if limit := j.spec.Limits.FooterBytes; n > limit {
		return fault.New(fault.TooLarge, "parquet_footer_too_large", "The description of %s takes %d bytes; the limit is %d (max-parquet-footer-bytes).", shown(j.spec.Name), n, limit).At("ingest.Work")
	}
	footer := make([]byte, n)
	if _, err := f.ReadAt(footer, j.size-8-n); err != nil {
		return err
	}
	return j.checkLocked(footer)
}

// checkLocked refuses columns that are encrypted behind a plain footer. A
// footer that is not understood is left to the engine.
func (j *job) checkLocked(footer []byte) error {
	switch n, named, err := encryptedColumns(footer); {
	case err != nil:
		return nil
	case n > 0:
		return encryptedParquet(j, "is a Parquet file with "+countOf(int64(n), "encrypted column", "encrypted columns"))
	case named:
		return encryptedParquet(j, "is a Parquet file with an encryption")
	}
	return nil
}

// damagedParquet words why the engine did not read the file.
func (j *job) damagedParquet(err error) error {
	var why *fault.Error
	switch text := err.Error(); {
	case errors.As(err, &why), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case strings.Contains(text, "Out of Memory"):
		return fault.New(fault.TooLarge, "import_memory_exceeded", "Reading %s takes more memory than an import may use (import-memory).", shown(j.spec.Name)).
			WithHint("Write it with smaller row groups.").Because(err).At("ingest.Work")
	case strings.Contains(text, "Unsupported compression codec"), strings.Contains(text, "is only supported for"), strings.Contains(text, "Not implemented"):
		return fault.New(fault.Invalid, "parquet_unsupported", "%s is compressed or encoded in a way that cannot be read.", shown(j.spec.Name)).
			WithHint("Write it anew with zstd, snappy or gzip.").Because(err).At("ingest.Work")
	}
	return fault.New(fault.Invalid, "parquet_damaged", "%s cannot be read: its Parquet data is damaged, cut short or of a kind that is not supported.", shown(j.spec.Name)).Because(err).At("ingest.Work")
}

// parquetColumns asks for names and types and decides how each is kept.
func (j *job) parquetColumns(ctx context.Context, from string) ([]parquetColumn, error) {
	rows, err := j.db.QueryContext(ctx, "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM "+from+")")
	if err != nil {
		return nil, j.damagedParquet(err)
	}
	defer rows.Close()
	var raw, types []string
	for rows.Next() {
		var name, typ string
		if err := rows.Scan(&name, &typ); err != nil {
			return nil, err
		}
		raw, types = append(raw, name), append(types, typ)
	}
	if err := rows.Err(); err != nil {
		return nil, j.damagedParquet(err)
	}
	if err := j.checkWidth(len(raw)); err != nil {
		return nil, err
	}
	names, notes := columnNames(raw)
	j.out.Receipt.Notes = append(j.out.Receipt.Notes, notes...)
	var cols []parquetColumn
	for i, name := range names {
		c := kept(quoteID(raw[i]), types[i])
		c.name = name
		if to := j.spec.typeOf(name); to != "" && to != c.typ {
			c = parquetColumn{name: name, typ: to, expr: "TRY_CAST(" + orText(c.expr, quoteID(raw[i])) + " AS " + sqlType(decided{typ: to, scale: 2}) + ")", chosen: true, raw: raw[i]}
		}
		if c.expr == "" && name != raw[i] {
			c.expr = quoteID(raw[i])
		}
		if c.expr != "" && c.typ == table.String && strings.HasPrefix(c.expr, "CAST(to_json") {
			j.note("nested_values", "%q holds nested values; they are kept as JSON text.", name)
		}
		cols = append(cols, c)
	}
	return cols, nil
}

// kept decides how a column of an engine's type is kept.
func kept(id, typ string) parquetColumn {
	base, _, _ := strings.Cut(typ, "(")
	switch {
	case strings.HasSuffix(typ, "]") || base == "STRUCT" || base == "MAP" || base == "UNION" || base == "VARIANT":
		return parquetColumn{typ: table.String, expr: "CAST(to_json(" + id + ") AS VARCHAR)"}
	case base == "ENUM":
		return parquetColumn{typ: table.String, expr: "CAST(" + id + " AS VARCHAR)"}
	case base == "DECIMAL":
		return parquetColumn{typ: table.Decimal}
	}
	switch typ {
	case "VARCHAR":
		return parquetColumn{typ: table.String}
	case "BOOLEAN":
		return parquetColumn{typ: table.Boolean}
	case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER":
		return parquetColumn{typ: table.Integer}
	case "UBIGINT", "HUGEINT", "UHUGEINT":
		return parquetColumn{typ: table.Float, expr: "CAST(" + id + " AS DOUBLE)"}
	case "FLOAT", "DOUBLE":
		return parquetColumn{typ: table.Float}
	case "DATE":
		return parquetColumn{typ: table.Date}
	case "TIME":
		return parquetColumn{typ: table.Time}
	case "TIMESTAMP":
		return parquetColumn{typ: table.Datetime}
	case "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS":
		return parquetColumn{typ: table.Datetime, expr: "CAST(" + id + " AS TIMESTAMP)"}
	case "TIMESTAMP WITH TIME ZONE":
		return parquetColumn{typ: table.Datetime, expr: "timezone('UTC', " + id + ")"}
	}
	return parquetColumn{typ: table.String, expr: "CAST(" + id + " AS VARCHAR)"}
}

// keepParquet copies the bytes, or writes the columns anew.
func (j *job) keepParquet(ctx context.Context, from string, cols []parquetColumn, t Table) error {
	same := true
	var exprs []string
	for _, c := range cols {
		e := c.expr
		if e == "" {
			e = quoteID(c.name)
		} else {
			same = false
		}
		exprs = append(exprs, e+" AS "+quoteID(c.name))
	}
	j.stage("load", 0, t.Rows)
	if same {
		return copyFile(j.temp(t.File), j.path)
	}
	var n int64
	err := j.db.QueryRowContext(ctx, fmt.Sprintf("COPY (SELECT %s FROM %s) TO %s (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE %d)", strings.Join(exprs, ", "), from, quoteText(j.temp(t.File)), rowGroup(cols))).Scan(&n)
	if err != nil {
		return j.damagedParquet(err)
	}
	if n != t.Rows {
		return fmt.Errorf("the engine wrote %d rows of %d", n, t.Rows)
	}
	return nil
}

// rowGroup is how many rows are written at a time: nested values become long
// texts, of which the engine holds a group for each thread.
func rowGroup(cols []parquetColumn) int {
	for _, c := range cols {
		if strings.HasPrefix(c.expr, "CAST(to_json") {
			return 16 << 10
		}
	}
	return 120 << 10
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	return writeFile(to, in)
}

// writeFile makes a file of all that is read.
func writeFile(to string, in io.Reader) error {
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Close()
}
