package ingest

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/table"
)

// queriedStats lets the engine count: few values are grouped and fetched, of
// many only the extremes, the mean and the number are asked for. Of the columns
// in unique it is known that no two values are alike; nil: of none.
func (j *job) queriedStats(ctx context.Context, cols []catalog.Column, t Table, unique []bool) ([]catalog.ColumnValues, error) {
	if t.Rows == 0 {
		return nil, nil
	}
	j.stage("statistics", 0, int64(len(cols)))
	q := &statQuery{db: j.db, file: quoteText(j.temp(t.File)), rows: t.Rows, cols: cols, unique: unique}
	q.from = "read_parquet(" + q.file + ")"
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
	file   string // quoted
	from   string
	rows   int64
	cols   []catalog.Column
	unique []bool                  // by column
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
		samples, err := q.someValues(ctx, part)
		if err != nil {
			return err
		}
		if err := q.extremes(ctx, part, samples); err != nil {
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

// split estimates which columns have few distinct values.
func (q *statQuery) split(ctx context.Context) (few, many []int, err error) {
	counts, err := q.described(ctx)
	if err == nil && counts == nil {
		counts, err = q.sampled(ctx)
	}
	for i, n := range counts {
		if n <= groupedAtMost/4 {
			few = append(few, i)
		} else {
			many = append(many, i)
		}
	}
	return few, many, err
}

// described counts the distinct values of each column in the first part of a
// file that tells them: the engine's own files do, where values are kept in a
// dictionary because less than a fifth of them differ. It gives nil for other
// files and for those where a fifth are few.
func (q *statQuery) described(ctx context.Context) ([]int64, error) {
	const unknown = math.MaxInt64
	rows, err := q.db.QueryContext(ctx, fmt.Sprintf("SELECT path_in_schema, row_group_num_rows, stats_distinct_count FROM parquet_metadata(%s) WHERE row_group_id = 0 ORDER BY column_id", q.file))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var counts []int64
	told := false
	for rows.Next() {
		var path string
		var size int64
		var distinct sql.NullInt64
		if err := rows.Scan(&path, &size, &distinct); err != nil {
			return nil, err
		}
		i := len(counts)
		switch {
		case i == len(q.cols) || path != q.cols[i].Name || size < 5*groupedAtMost:
			return nil, nil
		case distinct.Valid:
			told, counts = true, append(counts, distinct.Int64)
		case q.cols[i].Type == table.Boolean:
			counts = append(counts, 2)
		default:
			counts = append(counts, unknown)
		}
	}
	if !told || len(counts) != len(q.cols) {
		return nil, rows.Err()
	}
	return counts, rows.Err()
}

// sampled counts the distinct values of each column in the first rows.
func (q *statQuery) sampled(ctx context.Context) ([]int64, error) {
	counts := make([]int64, len(q.cols))
	for part := range slices.Chunk(indices(len(q.cols)), 200) {
		var s selection
		for _, i := range part {
			s.add("approx_count_distinct("+quoteID(q.cols[i].Name)+")", &counts[i])
		}
		if err := s.run(ctx, q.db, fmt.Sprintf("(FROM %s LIMIT %d)", q.from, estimateSample)); err != nil {
			return nil, err
		}
	}
	return counts, nil
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
// Count and extremes stand in the description of the file but those of texts:
// asked alone, they take no pass over the values.
func (q *statQuery) extremes(ctx context.Context, part []int, samples [][]table.Value) error {
	found := make([]extreme, len(part))
	var passed, described selection
	for k, i := range part {
		e, c, id := &found[k], q.cols[i], quoteID(q.cols[i].Name)
		bounds, bound := &described, id
		if c.Type == table.String {
			bounds, bound = &passed, "left("+id+", 200)"
			passed.add("max(length("+id+"))", &e.length)
		}
		bounds.add("count("+id+")", &e.count)
		bounds.add("CAST(min("+bound+") AS VARCHAR)", &e.min)
		bounds.add("CAST(max("+bound+") AS VARCHAR)", &e.max)
		if c.Type.Numeric() {
			passed.add("avg("+id+")", &e.mean)
		}
		if c.Type == table.Float && allWhole(samples[k]) {
			passed.add("bool_and("+id+" = trunc("+id+"))", &e.whole)
		}
		switch {
		case q.isUnique(i):
			e.distinct = q.rows // no more than the count, in the end
		case q.rows > exactDistinct:
			passed.add("approx_count_distinct("+id+")", &e.distinct)
		default:
			passed.add("count(DISTINCT "+id+")", &e.distinct)
		}
	}
	for _, s := range []selection{described, passed} {
		if err := s.run(ctx, q.db, q.from); err != nil {
			return err
		}
	}
	for k, i := range part {
		q.cols[i].Stats = found[k].stats(q.cols[i].Type, q.rows)
		q.cols[i].Stats.Samples = samples[k]
	}
	return q.keys(ctx, part)
}

// selection is a list of aggregates, and where their values go.
type selection struct {
	exprs []string
	into  []any
}

func (s *selection) add(expr string, into any) {
	s.exprs, s.into = append(s.exprs, expr), append(s.into, into)
}

// run asks for all of the list in one statement; for nothing, where it is empty.
func (s *selection) run(ctx context.Context, db *sql.Conn, from string) error {
	if len(s.exprs) == 0 {
		return nil
	}
	return db.QueryRowContext(ctx, "SELECT "+strings.Join(s.exprs, ", ")+" FROM "+from).Scan(s.into...)
}

func (q *statQuery) isUnique(i int) bool { return q.unique != nil && q.unique[i] }

// allWhole reports whether no value has a fraction: then it is worth a look at
// all.
func allWhole(values []table.Value) bool {
	for _, v := range values {
		if x, ok := table.Number(v); ok && x != math.Trunc(x) {
			return false
		}
	}
	return true
}

// keys counts the values of columns that may name each row once, where extremes
// only estimated them: a key is a key only if that is certain.
func (q *statQuery) keys(ctx context.Context, part []int) error {
	if q.rows <= exactDistinct || q.rows > exactLater {
		return nil
	}
	var exact selection
	for _, i := range part {
		c := &q.cols[i]
		if !q.isUnique(i) && (c.Type == table.Integer || c.Type == table.String && c.Stats.MaxLen <= 64) && c.Stats.Distinct*10 > (q.rows-c.Stats.Nulls)*8 {
			exact.add("count(DISTINCT "+quoteID(c.Name)+")", &c.Stats.Distinct)
		}
	}
	return exact.run(ctx, q.db, q.from)
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

// someValues gives a few values to show of columns in which nearly all differ.
func (q *statQuery) someValues(ctx context.Context, part []int) ([][]table.Value, error) {
	var exprs []string
	for _, i := range part {
		exprs = append(exprs, "CAST("+quoteID(q.cols[i].Name)+" AS VARCHAR)")
	}
	rows, err := q.db.QueryContext(ctx, fmt.Sprintf("SELECT %s FROM %s LIMIT 100", strings.Join(exprs, ", "), q.from))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	samples := make([][]table.Value, len(part))
	cells := make([]sql.NullString, len(part))
	for rows.Next() {
		if err := rows.Scan(pointers(cells)...); err != nil {
			return nil, err
		}
		for k, i := range part {
			if v := cells[k]; v.Valid && len(samples[k]) < sampleValues {
				samples[k] = append(samples[k], clipValue(typedValue(q.cols[i].Type, decimals(v.String), v.String)))
			}
		}
	}
	return samples, rows.Err()
}
