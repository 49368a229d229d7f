package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/fault"
)

// arrays is what kinds of values stand in a place of all rows.
type arrays byte

const (
	objectArrays arrays = 1 << iota // arrays of nothing but objects
	otherArrays                     // arrays of something else
	otherValues                     // no arrays
)

// arraysIn looks at the items of an array that is valid JSON. An empty one
// fits everywhere.
func arraysIn(text []byte) arrays {
	kind := arrays(0)
	_ = eachItem(text, func(item []byte) error {
		if item[0] == '{' {
			kind |= objectArrays
		} else {
			kind |= otherArrays
		}
		return nil
	})
	return kind
}

// eachItem gives the items of an array that is valid JSON, without the blanks
// around them.
func eachItem(text []byte, each func(item []byte) error) error {
	depth, start, quoted := 0, 1, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted:
			if c == '\\' {
				i++
			} else {
				quoted = c != '"'
			}
			continue
		case c == '"':
			quoted = true
			continue
		case c == '{' || c == '[':
			depth++
			continue
		case c == '}' || c == ']':
			if depth--; depth > 0 {
				continue
			}
		case c != ',' || depth > 1:
			continue
		}
		if item := bytes.TrimSpace(text[start:i]); len(item) > 0 {
			if err := each(item); err != nil {
				return err
			}
		}
		start = i + 1
	}
	return nil
}

// layout is which columns are written, in their order: those of the rows, and
// the number of a row, by which the tables inside it are joined.
type layout struct {
	order []int // of the columns; ownKey, parentKey
	names []string
}

const (
	ownKey    = -1
	parentKey = -2
)

func (l layout) same(o layout) bool { return slices.Equal(l.order, o.order) }

// becomesTable reports whether the arrays of a column are a table of their own.
func (t *jsonTable) becomesTable(i int) bool {
	return t.nested[i] == objectArrays && t.j.spec.Arrays != ArraysAsText
}

// layout decides what is written by what was seen so far.
func (t *jsonTable) layout() layout {
	l := layout{order: []int{}}
	inside := false
	for i, name := range t.names {
		if t.becomesTable(i) {
			inside = true
			continue
		}
		l.order, l.names = append(l.order, i), append(l.names, name)
	}
	switch {
	case t.items != nil && t.items.key != "":
		l.order, l.names = slices.Insert(l.order, 0, parentKey), slices.Insert(l.names, 0, t.items.key)
	case t.items == nil && len(l.order) == 0 && (t.shape == shapeObject || t.bare()):
		return l // one object of tables, or bare arrays: there is nothing to join
	}
	if inside {
		l.order, l.names = append(l.order, ownKey), append(l.names, t.name+"_row")
	}
	return l
}

// bare reports whether the rows are arrays themselves.
func (t *jsonTable) bare() bool {
	_, is := t.columns[""]
	return is
}

// cell gives what is written in a column.
func (t *jsonTable) cell(at int, row int64) []byte {
	switch at {
	case ownKey:
		return strconv.AppendInt(nil, row, 10)
	case parentKey:
		return strconv.AppendInt(nil, t.items.row, 10)
	}
	return t.row[at]
}

// keyed marks the numbers of rows in the table that was read last: they join,
// and are nothing to ask about.
func (t *jsonTable) keyed(cols []*column) {
	last := &t.j.out.Tables[len(t.j.out.Tables)-1]
	for i, at := range t.out.order {
		if at < 0 {
			c := &last.Columns[i]
			c.Role, c.Reason, c.Hidden = catalog.ID, "it numbers the rows that belong together", true
		}
		if at == ownKey {
			t.out.names[i] = cols[i].name
		}
	}
	part := Part{Table: last.Name, Rows: last.Rows}
	if t.items != nil {
		part.Path = t.items.path
	}
	if t.items != nil || t.key() != "" {
		t.j.out.Receipt.Parts = append(t.j.out.Receipt.Parts, part)
	}
}

// children reads the tables that stand inside the rows.
func (t *jsonTable) children(ctx context.Context) error {
	first := len(t.j.out.Tables) // of the children
	for path, i := range t.inOrder() {
		if !t.becomesTable(i) {
			continue
		}
		if len(t.j.out.Tables) >= t.j.spec.Limits.Tables {
			return fault.New(fault.TooLarge, "too_many_tables", "%s holds more than %d tables (max-tables).", shown(t.j.spec.Name), t.j.spec.Limits.Tables).
				WithHint("Decide that arrays are kept as text.").At("ingest.Work")
		}
		if err := t.child(ctx, path); err != nil {
			return err
		}
	}
	if len(t.out.order) == 0 && t.items == nil { // the tables are all there is
		r := &t.j.out.Receipt
		r.Format, r.RowsRead = "json", 0
		for _, made := range t.j.out.Tables[first:] {
			r.RowsRead += made.Rows
		}
	}
	return nil
}

// inOrder gives the paths of the columns as they turned up.
func (t *jsonTable) inOrder() iter.Seq2[string, int] {
	paths := make([]string, len(t.names))
	for path, i := range t.columns {
		paths[i] = path
	}
	return func(yield func(string, int) bool) {
		for i, path := range paths {
			if !yield(path, i) {
				return
			}
		}
	}
}

// child reads the arrays of one column as a table.
func (t *jsonTable) child(ctx context.Context, path string) error {
	label := path
	switch {
	case path == "":
		label = t.j.spec.Name
	case len(t.out.order) > 0:
		label = t.name + "_" + path
	}
	c := &jsonTable{j: t.j, shape: t.shape, columns: map[string]int{}, file: t.file, name: TableName(tableLabel(label, path), t.j.spec.Taken)}
	c.items = &itemsOf{t: t, path: path, key: t.key()}
	c.parser.leaf, c.parser.deep = c.leaf, t.j.spec.Limits.JSONDepth
	c.peek(ctx)
	if err := c.load(ctx); err != nil {
		return err
	}
	made := t.j.out.Tables[len(t.j.out.Tables)-1]
	joined := ""
	if c.items.key != "" {
		joined = fmt.Sprintf(", whose %q is the row they belong to", c.items.key)
	}
	if path == "" {
		t.j.note("child_table", "The rows are arrays of objects; they are one table.")
		return c.children(ctx)
	}
	t.j.note("child_table", "%q holds arrays of objects; they are the table %q of %s%s.", path, made.Name, countOf(made.Rows, "row", "rows"), joined)
	return c.children(ctx)
}

// tableLabel keeps the last part of a path from being taken for the ending of
// a file.
func tableLabel(label, path string) string {
	if path == "" {
		return label
	}
	return strings.ReplaceAll(label, ".", "_")
}

// key is the name of the column that numbers the rows; "" where there is none.
func (t *jsonTable) key() string {
	if at := slices.Index(t.out.order, ownKey); at >= 0 {
		return t.out.names[at]
	}
	return ""
}

// itemsOf gives the items of arrays that stand in the rows of another table.
type itemsOf struct {
	t    *jsonTable // whose rows they are in
	path string
	key  string
	row  int64 // in which the item stands, from 1
}

func (o *itemsOf) each(ctx context.Context, item func(v []byte, line int64) error) error {
	o.row = 0
	var found []byte
	p := jsonParser{deep: o.t.j.spec.Limits.JSONDepth}
	p.leaf = func(path []byte, kind jsonKind, text []byte) error {
		if kind == jsonArray && string(path) == o.path {
			found = text
		}
		return nil
	}
	return o.t.each(ctx, func(v []byte, line int64) error {
		p.b, p.i, p.path, found = v, 0, p.path[:0], nil
		if ok, err := o.valid(&p, v); !ok || err != nil {
			return err
		}
		o.row++
		return eachItem(found, func(v []byte) error { return item(v, line) })
	})
}

// valid reports whether a value is one of the rows: others were rejected.
func (o *itemsOf) valid(p *jsonParser, v []byte) (bool, error) {
	_, err := p.value(0)
	if errors.Is(err, errJSON) || err == nil && (!p.end() || !validText(v)) {
		return false, nil
	}
	return err == nil, err
}

// oneObject gives a file that is one object as a row, or, where it is made of
// arrays of single values of the same length, as columns.
func (t *jsonTable) oneObject(b []byte, each func(v []byte, line int64) error) error {
	columns := columnsOf(b)
	if columns == nil || t.j.spec.Arrays == ArraysAsText {
		return each(b, 1)
	}
	if t.out.order != nil && t.rows == 0 && t.bad == 0 {
		t.j.note("json_columns", "The file is one object of arrays of the same length; each is a column.")
	}
	var row []byte
	for i := range columns[0].items {
		row = append(row[:0], '{')
		for k, c := range columns {
			if k > 0 {
				row = append(row, ',')
			}
			row = append(append(append(row, c.name...), ':'), c.items[i]...)
		}
		if err := each(append(row, '}'), 1); err != nil {
			return err
		}
	}
	return nil
}

// jsonColumn is a member of an object that is an array.
type jsonColumn struct {
	name  []byte // as it stands there, in quotes
	items [][]byte
}

// columnsOf gives the members of an object of which each is an array of single
// values, all of one length; nil for any other.
func columnsOf(b []byte) (list []jsonColumn) {
	b = bytes.TrimSpace(b)
	if len(b) < 2 || b[0] != '{' {
		return nil
	}
	inner := append(append([]byte{'['}, b[1:len(b)-1]...), ']')
	err := eachItem(inner, func(member []byte) error {
		p := jsonParser{b: member, deep: len(member) + 1}
		if _, err := p.text(); err != nil || !p.next(':') {
			return errJSON
		}
		c := jsonColumn{name: bytes.TrimSpace(member[:p.i-1])}
		value := bytes.TrimSpace(member[p.i:])
		if len(value) == 0 || value[0] != '[' || arraysIn(value)&objectArrays != 0 {
			return errJSON
		}
		_ = eachItem(value, func(item []byte) error { c.items = append(c.items, item); return nil })
		if len(c.items) == 0 || len(list) > 0 && len(list[0].items) != len(c.items) {
			return errJSON
		}
		list = append(list, c)
		return nil
	})
	if err != nil {
		return nil
	}
	return list
}
