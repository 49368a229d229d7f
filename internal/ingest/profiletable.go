package ingest

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/table"
)

// Bounds of what a profile looks at, so that wide and long tables end, too.
const (
	maxCorrelated   = 24        // columns that are compared with one another
	maxMissing      = 40        // columns whose missing values are compared
	maxListed       = 8         // of each finding
	exactAtMost     = 5_000_000 // rows up to which rows are compared with one another
	correlatedOver  = 0.5       // correlations that are worth telling
	sameOver        = 0.999     // and those that say the same twice
	farOut          = 3         // how many times the middle half a value lies beyond it
	keyPairColumns  = 8
	patternRows     = 1_000_000
	casingAtMost    = 10_000
	patternsPerText = 5
)

// Key is columns whose values together occur once only.
type Key struct {
	Columns []string `json:"columns"`
}

// Missing is how many rows lack the values of the same columns.
type Missing struct {
	Columns []string `json:"columns"`
	Rows    int64    `json:"rows"`
}

// Correlation is how far two columns rise and fall together, from -1 to 1.
type Correlation struct {
	A string  `json:"a"`
	B string  `json:"b"`
	R float64 `json:"r"`
}

// Pattern is what texts look like: A stands for capitals, a for small
// letters, 9 for one digit.
type Pattern struct {
	Pattern string `json:"pattern"`
	Rows    int64  `json:"rows"`
}

// Outliers are numbers far beyond where the others lie.
type Outliers struct {
	Low   float64 `json:"low"`  // what lies below is counted
	High  float64 `json:"high"` // and what lies above
	Below int64   `json:"below"`
	Above int64   `json:"above"`
}

// wholeTable looks at the columns together.
func (p *profiler) wholeTable(ctx context.Context, cols []catalog.Column, res *ProfileResult) error {
	if p.rows == 0 {
		return nil
	}
	for _, look := range []func(context.Context, []catalog.Column, *ProfileResult) error{p.outliers, p.duplicates, p.keys, p.missing, p.correlations, p.spellings} {
		if err := look(ctx, cols, res); err != nil {
			return err
		}
	}
	res.Warnings = append(res.warn(), res.Warnings...)
	return nil
}

// duplicates counts the rows that occur before, in all columns alike.
func (p *profiler) duplicates(ctx context.Context, cols []catalog.Column, res *ProfileResult) error {
	if p.rows > exactAtMost {
		return nil
	}
	var n int64
	err := p.db.QueryRowContext(ctx, "SELECT count(*) - count(DISTINCT hash("+columnList(cols)+")) FROM "+p.from).Scan(&n)
	res.Duplicates = &n
	return err
}

func columnList(cols []catalog.Column) string {
	ids := make([]string, len(cols))
	for i, c := range cols {
		ids[i] = quoteID(c.Name)
	}
	return strings.Join(ids, ", ")
}

// keys finds columns, or pairs of them, that name each row.
func (p *profiler) keys(ctx context.Context, cols []catalog.Column, res *ProfileResult) error {
	var some []catalog.Column
	for i, c := range cols {
		d := res.Columns[i].Distinct
		if c.Type == table.Float || c.Role == catalog.Text || res.Columns[i].Nulls > 0 || d < 2 {
			continue
		}
		if d == p.rows {
			res.Keys = append(res.Keys, Key{[]string{c.Name}})
		} else if len(some) < keyPairColumns {
			some = append(some, c)
			some[len(some)-1].Stats.Distinct = d
		}
	}
	if len(res.Keys) > 0 || p.rows > exactAtMost || p.rows < 2 {
		return nil
	}
	return p.keyPairs(ctx, some, res)
}

// keyPairs tries pairs where no column is a key by itself.
func (p *profiler) keyPairs(ctx context.Context, cols []catalog.Column, res *ProfileResult) error {
	var pairs [][2]string
	var exprs []string
	for i, a := range cols {
		for _, b := range cols[i+1:] {
			if float64(a.Stats.Distinct)*float64(b.Stats.Distinct) >= float64(p.rows) {
				pairs = append(pairs, [2]string{a.Name, b.Name})
				exprs = append(exprs, "count(DISTINCT hash("+quoteID(a.Name)+", "+quoteID(b.Name)+"))")
			}
		}
	}
	if len(pairs) == 0 {
		return nil
	}
	counts := make([]int64, len(pairs))
	if err := p.db.QueryRowContext(ctx, "SELECT "+strings.Join(exprs, ", ")+" FROM "+p.from).Scan(pointers(counts)...); err != nil {
		return err
	}
	for i, n := range counts {
		if n == p.rows && len(res.Keys) < maxListed {
			res.Keys = append(res.Keys, Key{pairs[i][:]})
		}
	}
	return nil
}

// missing finds the columns that lack their values in the same rows.
func (p *profiler) missing(ctx context.Context, cols []catalog.Column, res *ProfileResult) error {
	var names, exprs []string
	for i, c := range cols {
		if n := res.Columns[i].Nulls; n > 0 && n < p.rows && len(names) < maxMissing {
			names = append(names, c.Name)
			exprs = append(exprs, fmt.Sprintf("CASE WHEN %s IS NULL THEN '1' ELSE '0' END", quoteID(c.Name)))
		}
	}
	if len(names) == 0 {
		return nil
	}
	return p.each(ctx, fmt.Sprintf("SELECT m, count(*) FROM (SELECT %s AS m FROM %s) WHERE contains(m, '1') GROUP BY 1 ORDER BY 2 DESC, 1 DESC LIMIT %d",
		strings.Join(exprs, " || "), p.from, maxListed), func(mask string, n int64) {
		m := Missing{Rows: n}
		for i, c := range mask {
			if c == '1' {
				m.Columns = append(m.Columns, names[i])
			}
		}
		res.Missing = append(res.Missing, m)
	})
}

// each gives the rows of a text and a number.
func (p *profiler) each(ctx context.Context, stmt string, give func(string, int64)) error {
	rows, err := p.db.QueryContext(ctx, stmt)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		var n int64
		if err := rows.Scan(&s, &n); err != nil {
			return err
		}
		give(s, n)
	}
	return rows.Err()
}

// correlations compares the amounts of a table with one another.
func (p *profiler) correlations(ctx context.Context, cols []catalog.Column, res *ProfileResult) error {
	var some []catalog.Column
	for i, c := range cols {
		if c.Type.Numeric() && c.Role != catalog.ID && res.Columns[i].Distinct > 2 && len(some) < maxCorrelated {
			some = append(some, c)
		}
	}
	var found []Correlation
	var exprs []string
	for i, a := range some {
		for _, b := range some[i+1:] {
			found = append(found, Correlation{A: a.Name, B: b.Name})
			exprs = append(exprs, fmt.Sprintf("corr(%s, %s)", finite(a), finite(b)))
		}
	}
	if len(found) == 0 {
		return nil
	}
	values := make([]sql.NullFloat64, len(found))
	if err := p.db.QueryRowContext(ctx, "SELECT "+strings.Join(exprs, ", ")+" FROM "+p.from).Scan(pointers(values)...); err != nil {
		return err
	}
	for i, v := range values {
		if v.Valid && math.Abs(v.Float64) >= correlatedOver {
			found[i].R = math.Round(v.Float64*1e4) / 1e4
			res.Correlations = append(res.Correlations, found[i])
		}
	}
	sortCorrelations(res)
	return nil
}

// finite is the number of a cell, where it is one.
func finite(c catalog.Column) string {
	x := "CAST(" + quoteID(c.Name) + " AS DOUBLE)"
	return "CASE WHEN isfinite(" + x + ") THEN " + x + " END"
}

// outliers counts the numbers far beyond the middle half of a column.
func (p *profiler) outliers(ctx context.Context, cols []catalog.Column, res *ProfileResult) error {
	var at []int
	var exprs []string
	for i, c := range cols {
		q := res.Columns[i].Quantiles
		if !c.Type.Numeric() || c.Role == catalog.ID || q == nil {
			continue
		}
		lo, ok1 := table.Number(q.P25)
		hi, ok2 := table.Number(q.P75)
		if !ok1 || !ok2 || hi <= lo {
			continue
		}
		o := &Outliers{Low: lo - farOut*(hi-lo), High: hi + farOut*(hi-lo)}
		res.Columns[i].Outliers = o
		at = append(at, i)
		exprs = append(exprs, fmt.Sprintf("count(*) FILTER (WHERE %[1]s < %[2]g), count(*) FILTER (WHERE %[1]s > %[3]g)", finite(c), o.Low, o.High))
	}
	if len(at) == 0 {
		return nil
	}
	counts := make([]int64, 2*len(at))
	if err := p.db.QueryRowContext(ctx, "SELECT "+strings.Join(exprs, ", ")+" FROM "+p.from).Scan(pointers(counts)...); err != nil {
		return err
	}
	for k, i := range at {
		o := res.Columns[i].Outliers
		if o.Below, o.Above = counts[2*k], counts[2*k+1]; o.Below+o.Above == 0 {
			res.Columns[i].Outliers = nil
		}
	}
	return nil
}

// spellings finds categories that differ in nothing but case and blanks.
func (p *profiler) spellings(ctx context.Context, cols []catalog.Column, res *ProfileResult) error {
	for i, c := range cols {
		if c.Type != table.String || c.Role == catalog.Text || c.Role == catalog.URL || res.Columns[i].Distinct > casingAtMost || res.Columns[i].Distinct < 2 {
			continue
		}
		id := quoteID(c.Name)
		err := p.each(ctx, fmt.Sprintf("SELECT string_agg(DISTINCT left(%[1]s, 60), '\x1f' ORDER BY left(%[1]s, 60)), count(DISTINCT %[1]s) AS n FROM %[2]s WHERE %[1]s IS NOT NULL "+
			"GROUP BY lower(regexp_replace(%[1]s, '\\s+', '', 'g')) HAVING n > 1 ORDER BY n DESC, 1 LIMIT 3", id, p.from), func(list string, _ int64) {
			res.Warnings = append(res.Warnings, Warning{"spellings", c.Name, fmt.Sprintf("%q has several spellings of what seems one value: %s.", c.Name, strings.Join(quoteAll(strings.Split(list, "\x1f")), ", "))})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// patterns counts what the texts of a column look like.
func (p *profiler) patterns(ctx context.Context, c catalog.Column, out *ColumnProfile) error {
	if c.Role == catalog.Text || c.Role == catalog.URL {
		return nil
	}
	id := quoteID(c.Name)
	shape := "regexp_replace(regexp_replace(regexp_replace(left(" + id + ", 60), '\\p{Lu}+', 'A', 'g'), '\\p{Ll}+', 'a', 'g'), '[0-9]', '9', 'g')"
	return p.each(ctx, fmt.Sprintf("SELECT s, count(*) AS n FROM (SELECT %s AS s FROM (FROM %s LIMIT %d) WHERE %s IS NOT NULL) GROUP BY 1 ORDER BY n DESC, s LIMIT %d",
		shape, p.from, patternRows, id, patternsPerText), func(s string, n int64) {
		out.Patterns = append(out.Patterns, Pattern{s, n})
	})
}
