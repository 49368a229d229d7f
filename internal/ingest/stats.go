package ingest

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"tabletalk/internal/catalog"
	"tabletalk/internal/table"
)

// Limits of what is kept of a column's values.
const (
	topValues      = 10
	sampleValues   = 5
	indexValues    = 100_000 // of one column in the value index
	indexDistinct  = 200_000 // columns with more are not indexed
	indexLength    = 60      // nor those with longer values on average
	indexIntegers  = 1_000   // integers are indexed up to so many different ones
	groupedAtMost  = 20_000  // distinct values that are fetched to be counted here
	exactDistinct  = 2_000_000
	groupsAtATime  = 16
	estimateSample = 100_000
)

// tally counts the values of one column.
type tally struct {
	values []catalog.Count // distinct, most frequent first
	nulls  int64
}

// compareValues orders two values of one type.
func compareValues(a, b table.Value) int {
	switch x := a.(type) {
	case string:
		y, _ := b.(string)
		return strings.Compare(x, y)
	case bool:
		y, _ := b.(bool)
		return cmp.Compare(boolInt(x), boolInt(y))
	case int64:
		if y, ok := b.(int64); ok {
			return cmp.Compare(x, y)
		}
	}
	x, _ := table.Number(a)
	y, _ := table.Number(b)
	return cmp.Compare(x, y)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// before is the order of values: frequent ones first, equals by value.
func before(a, b catalog.Count) int {
	if c := cmp.Compare(b.Rows, a.Rows); c != 0 {
		return c
	}
	return compareValues(a.Value, b.Value)
}

// top gives the most frequent values without sorting the others.
func (t *tally) top(n int) []catalog.Count {
	var list []catalog.Count
	for _, v := range t.values {
		if len(list) == n && before(v, list[n-1]) >= 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(list, v, before)
		list = slices.Insert(list[:min(len(list), n-1)], min(at, n-1), v)
	}
	return list
}

// stats derives everything from the counted values.
func (t *tally) stats(typ table.Type) catalog.Stats {
	s := catalog.Stats{Nulls: t.nulls, Distinct: int64(len(t.values))}
	if len(t.values) == 0 {
		return s
	}
	if typ.Numeric() {
		t.numbers(&s, typ)
	} else {
		t.others(&s, typ)
	}
	t.examples(&s)
	return s
}

// numbers finds extremes and mean.
func (t *tally) numbers(s *catalog.Stats, typ table.Type) {
	lo, hi, sum, n := math.Inf(1), math.Inf(-1), 0.0, int64(0)
	s.Whole = typ == table.Float
	for _, v := range t.values {
		x, _ := table.Number(v.Value)
		if x < lo {
			lo, s.Min = x, v.Value
		}
		if x > hi {
			hi, s.Max = x, v.Value
		}
		n += v.Rows
		sum += x * float64(v.Rows)
		s.Whole = s.Whole && x == math.Trunc(x)
	}
	mean := sum / float64(n)
	s.Mean = &mean
}

// others finds extremes and, of texts, the length.
func (t *tally) others(s *catalog.Stats, typ table.Type) {
	s.Min, s.Max = t.values[0].Value, t.values[0].Value
	for _, v := range t.values {
		if compareValues(v.Value, s.Min) < 0 {
			s.Min = v.Value
		}
		if compareValues(v.Value, s.Max) > 0 {
			s.Max = v.Value
		}
		if text, ok := v.Value.(string); ok && typ == table.String {
			s.MaxLen = max(s.MaxLen, utf8.RuneCountInString(text))
		}
	}
}

// examples keeps the most frequent values, and a few to show.
func (t *tally) examples(s *catalog.Stats) {
	top := t.top(topValues)
	if len(t.values) <= topValues || top[0].Rows > 1 {
		s.Top = slices.Clone(top)
	}
	for _, v := range top[:min(len(top), sampleValues)] {
		s.Samples = append(s.Samples, clipValue(v.Value))
	}
	for i := range s.Top {
		s.Top[i].Value = clipValue(s.Top[i].Value)
	}
	s.Min, s.Max = clipValue(s.Min), clipValue(s.Max)
}

// clipValue bounds what a statistic may hold of a long text.
func clipValue(v table.Value) table.Value {
	if s, ok := v.(string); ok {
		return clip(s, 200)
	}
	return v
}

// indexed gives the values for the index, or nil for a column that is not
// worth one: numbers, free text, addresses of pages, hashes.
func (t *tally) indexed(c catalog.Column) *catalog.ColumnValues {
	switch c.Type {
	case table.Boolean, table.String:
	case table.Integer:
		if len(t.values) > indexIntegers {
			return nil
		}
	default:
		return nil
	}
	if len(t.values) == 0 || len(t.values) > indexDistinct || !worthIndexing(t.values) {
		return nil
	}
	slices.SortFunc(t.values, before)
	out := &catalog.ColumnValues{Column: c.Name, Complete: len(t.values) <= indexValues}
	for _, v := range t.values[:min(len(t.values), indexValues)] {
		out.Values = append(out.Values, fmt.Sprint(v.Value))
		out.Rows = append(out.Rows, v.Rows)
	}
	return out
}

// worthIndexing looks at the length and shape of values.
func worthIndexing(values []catalog.Count) bool {
	total, shaped := 0, 0
	look := values[:min(len(values), 1000)]
	for _, v := range look {
		s, ok := v.Value.(string)
		if !ok {
			return true
		}
		total += len(s)
		if isURL(s) || isHash(s) {
			shaped++
		}
	}
	return total <= indexLength*len(look) && shaped*2 <= len(look)
}

// countedStats fills the statistics from what the scan of a small file counted.
func (s *scan) countedStats(out []catalog.Column, cols []decided) []catalog.ColumnValues {
	var values []catalog.ColumnValues
	for i, c := range s.cols {
		t := c.tallied(cols[i])
		out[i].Stats = t.stats(cols[i].typ)
		if v := t.indexed(out[i]); v != nil {
			values = append(values, *v)
		}
	}
	return values
}

// tallied merges texts that are the same value: 1.0 and 1.00.
func (c *column) tallied(d decided) *tally {
	t := &tally{nulls: c.cells, values: make([]catalog.Count, 0, len(c.counts))}
	once := d.direct && (d.typ == table.Integer || d.typ == table.String)
	same := make(map[table.Value]int, len(c.counts))
	for raw, n := range c.counts {
		v := c.cellValue(d, raw)
		if v == nil {
			continue
		}
		t.nulls -= *n
		if once { // different texts are different values
			t.values = append(t.values, catalog.Count{Value: v, Rows: *n})
			continue
		}
		if i, ok := same[v]; ok {
			t.values[i].Rows += *n
			continue
		}
		same[v] = len(t.values)
		t.values = append(t.values, catalog.Count{Value: v, Rows: *n})
	}
	return t
}

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
	scales []int
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
		if c := q.cols[i]; c.Type == table.String && c.Stats.Distinct <= indexDistinct {
			if err := q.listed(ctx, i); err != nil {
				return err
			}
		}
	}
	return nil
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
