package ingest

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/table"
)

// queriedStats lets the engine count: few values are grouped and fetched, of
// many only the extremes, the mean and the number are asked for.
func (j *job) queriedStats(ctx context.Context, cols []catalog.Column, t Table) ([]catalog.ColumnValues, error) {
	if t.Rows == 0 {
		return nil, nil
	}
	j.stage("statistics", 0, int64(len(cols)))
	q := &statQuery{db: j.db, from: "read_parquet(" + quoteText(j.temp(t.File)) + ")", rows: t.Rows, cols: cols}
	if err := q.run(ctx); err != nil {
		return nil, fmt.Errorf("statistics: %w", err)
	}
	j.stage("statistics", int64(len(cols)), int64(len(cols)))
	var values []catalog.ColumnValues
	for _, v := range q.values {
		if v != nil {
			values = append(values, *v)
		}
	}
	return values, nil
}

// statQuery asks for the statistics of one table.
type statQuery struct {
	db     *sql.Conn
	from   string
	rows   int64
	cols   []catalog.Column
	values []*catalog.ColumnValues // by column
}

func (q *statQuery) run(ctx context.Context) error {
	q.values = make([]*catalog.ColumnValues, len(q.cols))
	few, many, err := q.split(ctx)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(few, groupsAtATime) {
		over, err := q.grouped(ctx, part)
		if err != nil {
			return err
		}
		many = append(many, over...)
	}
	for part := range slices.Chunk(many, groupsAtATime) {
		if err := q.extremes(ctx, part); err != nil {
			return err
		}
		if err := q.someValues(ctx, part); err != nil {
			return err
		}
	}
	for _, i := range many {
		if c := q.cols[i]; c.Type == table.String && c.Stats.Distinct <= indexDistinct && !longTexts(c.Stats.Samples) {
			if err := q.listed(ctx, i); err != nil {
				return err
			}
		}
	}
	return nil
}

// longTexts reports values that are too long to be counted one by one: they
// are not indexed, and grouping them takes as much memory as the table.
func longTexts(samples []table.Value) bool {
	total := 0
	for _, v := range samples {
		text, _ := v.(string)
		total += len(text)
	}
	return total > 2*indexLength*len(samples)
}

// split estimates on the first rows which columns have few distinct values.
func (q *statQuery) split(ctx context.Context) (few, many []int, err error) {
	for part := range slices.Chunk(indices(len(q.cols)), 200) {
		var exprs []string
		for _, i := range part {
			exprs = append(exprs, "approx_count_distinct("+quoteID(q.cols[i].Name)+")")
		}
		counts := make([]int64, len(part))
		stmt := fmt.Sprintf("SELECT %s FROM (FROM %s LIMIT %d)", strings.Join(exprs, ", "), q.from, estimateSample)
		if err := q.db.QueryRowContext(ctx, stmt).Scan(pointers(counts)...); err != nil {
			return nil, nil, err
		}
		for k, i := range part {
			if counts[k] <= groupedAtMost/4 {
				few = append(few, i)
			} else {
				many = append(many, i)
			}
		}
	}
	return few, many, nil
}

func indices(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

func pointers[T any](list []T) []any {
	out := make([]any, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}

// grouped counts the values of several columns in one statement, and returns
// the columns that have too many.
func (q *statQuery) grouped(ctx context.Context, part []int) (over []int, err error) {
	var arms []string
	for k, i := range part {
		arms = append(arms, fmt.Sprintf("(SELECT %d AS c, CAST(v AS VARCHAR) AS v, n FROM (SELECT %s AS v, count(*) AS n FROM %s GROUP BY 1 LIMIT %d))",
			k, quoteID(q.cols[i].Name), q.from, groupedAtMost+2))
	}
	rows, err := q.db.QueryContext(ctx, strings.Join(arms, " UNION ALL "))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	tallies := make([]tally, len(part))
	for rows.Next() {
		var k int
		var v sql.NullString
		var n int64
		if err := rows.Scan(&k, &v, &n); err != nil {
			return nil, err
		}
		if !v.Valid {
			tallies[k].nulls = n
			continue
		}
		val := typedValue(q.cols[part[k]].Type, decimals(v.String), v.String)
		if val == nil {
			tallies[k].nulls += n
			continue
		}
		tallies[k].values = append(tallies[k].values, catalog.Count{Value: val, Rows: n})
	}
	for k, i := range part {
		if len(tallies[k].values) > groupedAtMost {
			over = append(over, i)
			continue
		}
		q.cols[i].Stats = tallies[k].stats(q.cols[i].Type)
		q.values[i] = tallies[k].indexed(q.cols[i])
	}
	return over, rows.Err()
}

// decimals counts the digits behind the point.
func decimals(s string) int {
	if i := strings.IndexByte(s, '.'); i >= 0 {
		return len(s) - i - 1
	}
	return 0
}

// extremes asks for count, distinct, smallest, largest and mean of columns
// with many values. Above a number of rows the distinct count is an estimate.
func (q *statQuery) extremes(ctx context.Context, part []int) error {
	distinct := "count(DISTINCT %s)"
	if q.rows > exactDistinct {
		distinct = "approx_count_distinct(%s)"
	}
	var exprs []string
	for _, i := range part {
		id := quoteID(q.cols[i].Name)
		extreme, mean, whole, length := id, "NULL", "NULL", "NULL"
		switch t := q.cols[i].Type; {
		case t == table.String:
			extreme, length = "left("+id+", 200)", "max(length("+id+"))"
		case t.Numeric():
			mean = "avg(" + id + ")"
		}
		if q.cols[i].Type == table.Float {
			whole = "bool_and(" + id + " = trunc(" + id + "))"
		}
		exprs = append(exprs, "count("+id+")", fmt.Sprintf(distinct, id),
			"CAST(min("+extreme+") AS VARCHAR)", "CAST(max("+extreme+") AS VARCHAR)", mean, whole, length)
	}
	found := make([]extreme, len(part))
	var into []any
	for k := range found {
		e := &found[k]
		into = append(into, &e.count, &e.distinct, &e.min, &e.max, &e.mean, &e.whole, &e.length)
	}
	if err := q.db.QueryRowContext(ctx, "SELECT "+strings.Join(exprs, ", ")+" FROM "+q.from).Scan(into...); err != nil {
		return err
	}
	for k, i := range part {
		q.cols[i].Stats = found[k].stats(q.cols[i].Type, q.rows)
	}
	return q.keys(ctx, part)
}

// keys counts the values of columns that may name each row once, where extremes
// only estimated them: a key is a key only if that is certain.
func (q *statQuery) keys(ctx context.Context, part []int) error {
	if q.rows <= exactDistinct || q.rows > exactLater {
		return nil
	}
	var exprs []string
	var which []int
	for _, i := range part {
		c := q.cols[i]
		if (c.Type == table.Integer || c.Type == table.String && c.Stats.MaxLen <= 64) && c.Stats.Distinct*10 > (q.rows-c.Stats.Nulls)*8 {
			exprs = append(exprs, "count(DISTINCT "+quoteID(c.Name)+")")
			which = append(which, i)
		}
	}
	if len(which) == 0 {
		return nil
	}
	counts := make([]int64, len(which))
	if err := q.db.QueryRowContext(ctx, "SELECT "+strings.Join(exprs, ", ")+" FROM "+q.from).Scan(pointers(counts)...); err != nil {
		return err
	}
	for k, i := range which {
		q.cols[i].Stats.Distinct = counts[k]
	}
	return nil
}

// extreme is one answer of extremes.
type extreme struct {
	count, distinct int64
	min, max        sql.NullString
	mean            sql.NullFloat64
	whole           sql.NullBool
	length          sql.NullInt64
}

func (e *extreme) stats(typ table.Type, rows int64) catalog.Stats {
	s := catalog.Stats{Nulls: rows - e.count, Distinct: min(e.distinct, e.count), MaxLen: int(e.length.Int64), Whole: e.whole.Bool}
	if e.min.Valid {
		s.Min = typedValue(typ, decimals(e.min.String), e.min.String)
		s.Max = typedValue(typ, decimals(e.max.String), e.max.String)
	}
	if e.mean.Valid {
		s.Mean = &e.mean.Float64
	}
	return s
}

// listed fetches the most frequent values of a text column with many.
func (q *statQuery) listed(ctx context.Context, i int) error {
	c := &q.cols[i]
	stmt := fmt.Sprintf("SELECT CAST(v AS VARCHAR), n FROM (SELECT %s AS v, count(*) AS n FROM %s WHERE v IS NOT NULL GROUP BY 1 ORDER BY n DESC, v LIMIT %d)",
		quoteID(c.Name), q.from, indexValues)
	rows, err := q.db.QueryContext(ctx, stmt)
	if err != nil {
		return err
	}
	defer rows.Close()
	var t tally
	for rows.Next() {
		var v string
		var n int64
		if err := rows.Scan(&v, &n); err != nil {
			return err
		}
		t.values = append(t.values, catalog.Count{Value: typedValue(c.Type, decimals(v), v), Rows: n})
	}
	q.keep(i, &t)
	return rows.Err()
}

func (q *statQuery) keep(i int, t *tally) {
	c := &q.cols[i]
	if len(t.values) == 0 {
		return
	}
	c.Stats.Samples = nil
	t.examples(&c.Stats)
	if q.values[i] = t.indexed(*c); q.values[i] != nil {
		q.values[i].Complete = len(t.values) < indexValues
	}
}

// someValues keeps a few values to show of columns in which nearly all differ.
func (q *statQuery) someValues(ctx context.Context, part []int) error {
	var exprs []string
	for _, i := range part {
		exprs = append(exprs, "CAST("+quoteID(q.cols[i].Name)+" AS VARCHAR)")
	}
	rows, err := q.db.QueryContext(ctx, fmt.Sprintf("SELECT %s FROM %s LIMIT 100", strings.Join(exprs, ", "), q.from))
	if err != nil {
		return err
	}
	defer rows.Close()
	cells := make([]sql.NullString, len(part))
	for rows.Next() {
		if err := rows.Scan(pointers(cells)...); err != nil {
			return err
		}
		for k, i := range part {
			c := &q.cols[i]
			if v := cells[k]; v.Valid && len(c.Stats.Samples) < sampleValues {
				c.Stats.Samples = append(c.Stats.Samples, clipValue(typedValue(c.Type, decimals(v.String), v.String)))
			}
		}
	}
	return rows.Err()
}
