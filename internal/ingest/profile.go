package ingest

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/engine"
	"tabletalk/internal/table"
)

// ProfileSpec says which table to look at closely.
type ProfileSpec struct {
	File    string           `json:"file"` // a Parquet file
	Rows    int64            `json:"rows"`
	Columns []catalog.Column `json:"columns"`
}

// ProfileResult is all that is known of a table and its columns.
type ProfileResult struct {
	Rows         int64           `json:"rows"`
	Columns      []ColumnProfile `json:"columns"`
	Duplicates   *int64          `json:"duplicate_rows,omitempty"` // none for tables that are too long to compare rows
	Keys         []Key           `json:"keys,omitempty"`
	Missing      []Missing       `json:"missing,omitempty"` // the most frequent first
	Correlations []Correlation   `json:"correlations,omitempty"`
	Warnings     []Warning       `json:"warnings,omitempty"`
}

// ColumnProfile is one column of a profile.
type ColumnProfile struct {
	Name string     `json:"name"`
	Type table.Type `json:"type"`
	catalog.Stats
	Quantiles *Quantiles `json:"quantiles,omitempty"` // of numbers and dates
	Histogram []Bin      `json:"histogram,omitempty"`
	Lengths   *Lengths   `json:"lengths,omitempty"`  // of texts
	Patterns  []Pattern  `json:"patterns,omitempty"` // of texts, the most frequent first
	Outliers  *Outliers  `json:"outliers,omitempty"` // of numbers
}

// Quantiles are values below which a share of the rows lies.
type Quantiles struct {
	P5  table.Value `json:"p5"`
	P25 table.Value `json:"p25"`
	P50 table.Value `json:"p50"`
	P75 table.Value `json:"p75"`
	P95 table.Value `json:"p95"`
}

// Bin is a bar of a histogram: From inclusive, To exclusive but for the last.
type Bin struct {
	From table.Value `json:"from"`
	To   table.Value `json:"to"`
	Rows int64       `json:"rows"`
}

// Lengths are the lengths of texts in characters.
type Lengths struct {
	Min  int64   `json:"min"`
	Max  int64   `json:"max"`
	Mean float64 `json:"mean"`
}

// histogramBins is how many bars a histogram has at most.
const histogramBins = 20

// Profile completes what the import found out: quantiles, a histogram, lengths
// and patterns of texts, outliers, and of the whole table keys, duplicates,
// correlations and what is missing together, with warnings in words. It runs inside a
// worker process on a connection that may read the file.
func Profile(ctx context.Context, db *sql.Conn, spec ProfileSpec, progress func(engine.Progress)) (*ProfileResult, error) {
	if progress == nil {
		progress = func(engine.Progress) {}
	}
	p := &profiler{db: db, rows: spec.Rows, from: "read_parquet(" + quoteText(spec.File) + ")"}
	res := &ProfileResult{Rows: spec.Rows}
	for i, c := range spec.Columns {
		progress(engine.Progress{Stage: "profile", Done: int64(i), Total: int64(len(spec.Columns))})
		out := ColumnProfile{Name: c.Name, Type: c.Type, Stats: c.Stats}
		if c.Stats.Nulls < spec.Rows {
			if err := p.column(ctx, c, &out); err != nil {
				return nil, fmt.Errorf("profile column %d: %w", i+1, err)
			}
		}
		res.Columns = append(res.Columns, out)
	}
	if err := p.wholeTable(ctx, spec.Columns, res); err != nil {
		return nil, fmt.Errorf("profile table: %w", err)
	}
	progress(engine.Progress{Stage: "profile", Done: int64(len(spec.Columns)), Total: int64(len(spec.Columns))})
	return res, nil
}

type profiler struct {
	db   *sql.Conn
	from string
	rows int64
}

func (p *profiler) column(ctx context.Context, c catalog.Column, out *ColumnProfile) error {
	if err := p.distinct(ctx, c, out); err != nil {
		return err
	}
	if err := p.top(ctx, c, out); err != nil {
		return err
	}
	switch {
	case c.Type.Numeric() || c.Type.Temporal():
		if err := p.quantiles(ctx, c, out); err != nil {
			return err
		}
		return p.histogram(ctx, c, out)
	case c.Type == table.String:
		if err := p.patterns(ctx, c, out); err != nil {
			return err
		}
		return p.lengths(ctx, c, out)
	}
	return nil
}

// distinct counts what the import may have estimated.
func (p *profiler) distinct(ctx context.Context, c catalog.Column, out *ColumnProfile) error {
	if p.rows <= exactDistinct || p.rows > exactLater || c.Stats.Distinct < groupedAtMost/4 {
		return nil
	}
	return p.db.QueryRowContext(ctx, "SELECT count(DISTINCT "+quoteID(c.Name)+") FROM "+p.from).Scan(&out.Distinct)
}

// top counts the most frequent values where the import did not.
func (p *profiler) top(ctx context.Context, c catalog.Column, out *ColumnProfile) error {
	if len(c.Stats.Top) > 0 || c.Stats.Distinct > exactLater {
		return nil
	}
	rows, err := p.db.QueryContext(ctx, fmt.Sprintf("SELECT CAST(v AS VARCHAR), n FROM (SELECT %s AS v, count(*) AS n FROM %s WHERE v IS NOT NULL GROUP BY 1 HAVING n > 1 ORDER BY n DESC, v LIMIT %d)",
		quoteID(c.Name), p.from, topValues))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var v string
		var n int64
		if err := rows.Scan(&v, &n); err != nil {
			return err
		}
		out.Top = append(out.Top, catalog.Count{Value: clipValue(typedValue(c.Type, decimals(v), v)), Rows: n})
	}
	return rows.Err()
}

// quantiles asks for values that occur; of numbers and dates alike.
func (p *profiler) quantiles(ctx context.Context, c catalog.Column, out *ColumnProfile) error {
	id := quoteID(c.Name)
	cells := make([]sql.NullString, 5)
	var exprs []string
	for i := range cells {
		exprs = append(exprs, fmt.Sprintf("CAST(q[%d] AS VARCHAR)", i+1))
	}
	stmt := fmt.Sprintf("SELECT %s FROM (SELECT quantile_disc(%s, [0.05, 0.25, 0.5, 0.75, 0.95]) AS q FROM %s)", strings.Join(exprs, ", "), id, p.from)
	if err := p.db.QueryRowContext(ctx, stmt).Scan(pointers(cells)...); err != nil {
		return err
	}
	v := make([]table.Value, 5)
	for i, s := range cells {
		if s.Valid {
			v[i] = typedValue(c.Type, decimals(s.String), s.String)
		}
	}
	out.Quantiles = &Quantiles{v[0], v[1], v[2], v[3], v[4]}
	return nil
}

// position is a number for a value that a histogram can divide.
func position(c catalog.Column) string {
	id := quoteID(c.Name)
	if c.Type.Temporal() {
		return "CAST(epoch(" + id + ") AS DOUBLE)"
	}
	return "CAST(" + id + " AS DOUBLE)"
}

// histogram counts rows in bars of one width.
func (p *profiler) histogram(ctx context.Context, c catalog.Column, out *ColumnProfile) error {
	x := position(c)
	var lo, hi sql.NullFloat64
	if err := p.db.QueryRowContext(ctx, fmt.Sprintf("SELECT min(%s), max(%s) FROM %s WHERE isfinite(%s)", x, x, p.from, x)).Scan(&lo, &hi); err != nil {
		return err
	}
	if !lo.Valid || lo.Float64 == hi.Float64 || math.IsInf(hi.Float64-lo.Float64, 0) {
		return nil
	}
	start, width, bins := barsOf(c, lo.Float64, hi.Float64, out.Distinct)
	stmt := fmt.Sprintf("SELECT CAST(least(greatest(floor((%s - %g) / %g), 0), %d) AS INTEGER) AS b, count(*) FROM %s WHERE isfinite(%s) GROUP BY 1",
		x, start, width, bins-1, p.from, x)
	rows, err := p.db.QueryContext(ctx, stmt)
	if err != nil {
		return err
	}
	defer rows.Close()
	counts := make([]int64, bins)
	for rows.Next() {
		var b int
		var n int64
		if err := rows.Scan(&b, &n); err != nil {
			return err
		}
		counts[b] += n
	}
	for i, n := range counts {
		out.Histogram = append(out.Histogram, Bin{edge(c, start+float64(i)*width), edge(c, start+float64(i+1)*width), n})
	}
	return rows.Err()
}

// barsOf chooses start, width and number of bars: round widths for numbers, a
// bar per whole number where there are few.
func barsOf(c catalog.Column, lo, hi float64, distinct int64) (start, width float64, bins int) {
	if c.Type == table.Integer && hi-lo < histogramBins {
		return lo, 1, int(hi-lo) + 1
	}
	if c.Type.Temporal() {
		days := math.Ceil((hi - lo + 1) / 86400 / histogramBins)
		if days >= 1 && hi-lo > 86400*2 {
			start = math.Floor(lo/86400) * 86400
			return start, days * 86400, int((hi-start)/(days*86400)) + 1
		}
		return lo, (hi - lo) / histogramBins, histogramBins
	}
	raw := (hi - lo) / histogramBins
	unit := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 2.5, 5, 10, 20} {
		width = m * unit
		if c.Type == table.Integer {
			width = math.Max(1, math.Ceil(width))
		}
		start = math.Floor(lo/width) * width
		if bins = int((hi-start)/width) + 1; bins <= histogramBins {
			return start, width, bins
		}
	}
	return lo, raw, histogramBins
}

// edge writes the edge of a bar in the type of the column.
func edge(c catalog.Column, x float64) table.Value {
	switch {
	case c.Type == table.Date:
		return isoSeconds(x)[:10]
	case c.Type == table.Datetime:
		return isoSeconds(x)
	case c.Type == table.Integer && x == math.Trunc(x):
		return int64(x)
	}
	return math.Round(x*1e9) / 1e9
}

func (p *profiler) lengths(ctx context.Context, c catalog.Column, out *ColumnProfile) error {
	id := quoteID(c.Name)
	var l Lengths
	err := p.db.QueryRowContext(ctx, fmt.Sprintf("SELECT min(length(%s)), max(length(%s)), avg(length(%s)) FROM %s", id, id, id, p.from)).Scan(&l.Min, &l.Max, &l.Mean)
	out.Lengths = &l
	return err
}

// Merge gives the columns with what a profile found added to them.
func (r *ProfileResult) Merge(cols []catalog.Column) []catalog.Column {
	out := slices.Clone(cols)
	for i := range out {
		for _, p := range r.Columns {
			if p.Name == out[i].Name {
				out[i].Stats = p.Stats
			}
		}
	}
	return out
}
