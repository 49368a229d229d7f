package ingest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"

	"tabletalk/internal/fault"
)

// isJSON reports whether the head starts like an array or an object.
func isJSON(head []byte) bool {
	b := bytes.TrimLeft(trimBOM(head), " \t\r\n")
	if len(b) == 0 || b[0] != '{' && b[0] != '[' {
		return false
	}
	rest := bytes.TrimLeft(b[1:], " \t\r\n")
	switch {
	case len(rest) == 0:
		return true
	case b[0] == '{':
		return rest[0] == '"' || rest[0] == '}'
	}
	for _, word := range []string{"true", "false", "null"} {
		if bytes.HasPrefix(rest, []byte(word)) {
			return true
		}
	}
	return bytes.IndexByte([]byte(`{["-0123456789]`), rest[0]) >= 0
}

// jsonTable gathers the rows of a JSON file: columns as they turn up, and the
// rows as plain CSV, which then takes the same road as any other text.
type jsonTable struct {
	j       *job
	shape   jsonShape
	columns map[string]int // by path
	paths   []string       // of the columns
	next    int            // the column that is likely to be the next
	names   []string
	texts   []bool   // columns in which some value is a text
	nested  []arrays // what arrays a column holds
	row     [][]byte
	out     layout   // how the rows are written
	items   *itemsOf // where the rows are items of another table's rows
	name    string   // of the table
	file    string   // what is read
	arena   []byte
	rows    int64
	bad     int64
	list    []Reject
	parser  jsonParser
}

// readJSON reads JSON and NDJSON. The text is checked strictly here; the
// engine's own reader never sees it.
func readJSON(ctx context.Context, j *job) error {
	if err := j.settleEncoding(ctx); err != nil {
		return err
	}
	shape, err := j.jsonShape()
	if err != nil {
		return err
	}
	t := &jsonTable{j: j, shape: shape, columns: map[string]int{}, file: j.path, name: TableName(j.spec.Name, j.spec.Taken)}
	t.parser.leaf, t.parser.deep = t.leaf, j.spec.Limits.JSONDepth
	t.peek(ctx)
	if err := t.load(ctx); err != nil {
		return err
	}
	return t.children(ctx)
}

// load reads all rows into a table. What turns up too late, a column or an
// array that is no table, has them read once more.
func (t *jsonTable) load(ctx context.Context) error {
	t.out = t.layout()
	s, path, err := t.pass(ctx, t.look)
	if err != nil {
		return err
	}
	if t.rows == 0 && t.bad > 0 {
		return t.j.badJSON(t.list[0].Line, errJSON.Error())
	}
	if len(t.names) == 0 {
		t.names, t.texts, t.nested, t.row = []string{"value"}, []bool{false}, []arrays{0}, [][]byte{nil}
		if t.items == nil {
			t.j.note("no_rows", "The file holds no values.")
		}
	}
	if out := t.layout(); !out.same(t.out) {
		t.out = out
		if s, path, err = t.pass(ctx, t.again); err != nil {
			return err
		}
	}
	defer os.Remove(path)
	if len(t.out.order) == 0 {
		return nil // there is nothing beside the tables inside
	}
	return t.finish(ctx, s, path)
}

// jsonShape looks at how the first value ends.
func (j *job) jsonShape() (jsonShape, error) {
	b := bytes.TrimLeft(trimBOM(j.head), " \t\r\n")
	if len(b) == 0 {
		return 0, fault.New(fault.Invalid, "file_empty", "%s holds no values.", shown(j.spec.Name)).At("ingest.Work")
	}
	if j.spec.Format == "ndjson" {
		return shapeLines, nil
	}
	if b[0] == '[' && !arraysByLine(b) {
		return shapeArray, nil
	}
	line, rest, more := bytes.Cut(b, []byte{'\n'})
	more = more && (!j.whole || len(bytes.TrimSpace(rest)) > 0 || linesByName(j.spec.Name))
	p := jsonParser{b: line, deep: j.spec.Limits.JSONDepth}
	_, err := p.value(0)
	switch {
	case err == nil && p.end() && more:
		return shapeLines, nil
	case errors.Is(err, errJSONDeep):
		return 0, j.badJSON(1, err.Error())
	case !more && !j.whole:
		return shapeLines, nil // one line longer than the head
	}
	return shapeObject, nil
}

// linesByName reports whether a file is called one of lines: a single one is a
// row then.
func linesByName(name string) bool {
	ext := extensionOf(name)
	return ext == ".ndjson" || ext == ".jsonl"
}

// scalarsByName reports a file that is called JSON and holds nothing but a
// number, a text, or another value that is no object and no array: by its bytes
// it may be any text. In a file of lines each is such a value.
func (j *job) scalarsByName() bool {
	b, lines := bytes.TrimSpace(trimBOM(j.head)), linesByName(j.spec.Name)
	if !j.whole || !lines && extensionOf(j.spec.Name) != ".json" || !validText(b) {
		return false
	}
	if !lines {
		return isValue(b)
	}
	for line := range bytes.Lines(b) {
		if !isValue(line) {
			return false
		}
	}
	return len(b) > 0
}

func isValue(b []byte) bool {
	p := jsonParser{b: b}
	_, err := p.value(0)
	return err == nil && p.end()
}

// arraysByLine reports whether every line is an array of its own.
func arraysByLine(b []byte) bool {
	line, rest, _ := bytes.Cut(b, []byte{'\n'})
	p := jsonParser{b: line, deep: len(line) + 1}
	if rest = bytes.TrimLeft(rest, " \t\r\n"); len(rest) == 0 || rest[0] != '[' || len(line) > maxLineLook {
		return false
	}
	_, err := p.value(0)
	return err == nil && p.end()
}

// maxLineLook is how long a line may be that is looked at as a row.
const maxLineLook = 64 << 10

// peekRows is how many rows are looked at for their columns before any is
// written.
const peekRows = 1000

var errEnough = errors.New("enough")

// peek learns the columns of the first rows. What is wrong with the file the
// reading of all rows will meet.
func (t *jsonTable) peek(ctx context.Context) {
	n := 0
	_ = t.each(ctx, func(v []byte, _ int64) error {
		if n++; n > peekRows {
			return errEnough
		}
		_ = t.parse(v)
		return nil
	})
}

// look checks one row and reports whether it is one; a bad one in a file of
// lines is rejected, elsewhere it makes the file unreadable.
func (t *jsonTable) look(v []byte, line int64) (bool, error) {
	err := t.parse(v)
	switch {
	case err == nil:
		t.rows++
		return true, nil
	case errors.Is(err, errJSONDeep), t.shape != shapeLines && errors.Is(err, errJSON):
		return false, t.j.badJSON(line, err.Error())
	case !errors.Is(err, errJSON):
		return false, err
	}
	t.bad++
	if len(t.list) < t.j.spec.Limits.Rejects {
		t.list = append(t.list, Reject{Line: line, Reason: errJSON.Error(), Text: clip(cleanLine(v), 300)})
	}
	return false, nil
}

// again reads a row that was looked at before.
func (t *jsonTable) again(v []byte, _ int64) (bool, error) {
	err := t.parse(v)
	if errors.Is(err, errJSON) {
		return false, nil // rejected before
	}
	return err == nil, err
}

// each gives every row.
func (t *jsonTable) each(ctx context.Context, row func(v []byte, line int64) error) error {
	t.j.path = t.file
	switch {
	case t.items != nil:
		return t.items.each(ctx, row)
	case t.shape == shapeObject:
		return t.wrapped(row)
	}
	return t.j.eachJSON(ctx, t.shape, "scan", row)
}

// parse fills the row with the values of one JSON value.
func (t *jsonTable) parse(v []byte) error {
	for i := range t.row {
		t.row[i] = nil
	}
	t.arena, t.next = t.arena[:0], 0
	t.parser.b, t.parser.i, t.parser.path = v, 0, t.parser.path[:0]
	if !validText(v) {
		return errJSON
	}
	if _, err := t.parser.value(0); err != nil {
		return err
	}
	if !t.parser.end() {
		return errJSON
	}
	return nil
}

// column finds the column of a path. Most objects hold their members in the
// same order, so that the column behind the last one is tried first.
func (t *jsonTable) column(path []byte) (int, bool) {
	i, ok := t.next, t.next < len(t.paths) && t.paths[t.next] == string(path)
	if !ok {
		i, ok = t.columns[string(path)]
	}
	return i, ok
}

// leaf puts one value into the row.
func (t *jsonTable) leaf(path []byte, kind jsonKind, text []byte) error {
	i, ok := t.column(path)
	if !ok {
		if len(t.names) == t.j.spec.Limits.Columns {
			return t.j.checkWidth(len(t.names) + 1)
		}
		i = len(t.names)
		name := string(path)
		t.columns[name] = i
		t.paths = append(t.paths, name)
		if name == "" {
			name = "value"
		}
		t.names = append(t.names, name)
		t.texts, t.nested, t.row = append(t.texts, false), append(t.nested, 0), append(t.row, nil)
	}
	t.next = i + 1
	switch kind {
	case jsonNull:
		return nil
	case jsonText:
		t.texts[i] = true
		t.nested[i] |= otherValues
	case jsonNumber, jsonFlag:
		t.nested[i] |= otherValues
	case jsonArray:
		t.texts[i] = true
		t.nested[i] |= arraysIn(text)
	}
	start := len(t.arena)
	t.arena = append(t.arena, text...)
	t.row[i] = t.arena[start:len(t.arena):len(t.arena)]
	return nil
}

// wrapped gives the rows of a file that is one object: those of the only array
// of objects in it, or the object itself.
func (t *jsonTable) wrapped(each func(v []byte, line int64) error) error {
	b, err := t.j.wholeJSON()
	if err != nil {
		return err
	}
	check := jsonParser{b: b, deep: t.j.spec.Limits.JSONDepth}
	if _, err := check.value(0); err != nil || !check.end() {
		if errors.Is(err, errJSONDeep) {
			return t.j.badJSON(1, err.Error())
		}
		return t.j.badJSON(1+int64(bytes.Count(b[:min(check.i, len(b))], []byte{'\n'})), errJSON.Error())
	}
	inner, path := onlyArray(b)
	if inner == nil {
		return t.oneObject(b, each)
	}
	if t.out.order != nil && t.rows == 0 && t.bad == 0 {
		t.j.note("json_path", "The rows are those of %q; the rest of the file was left out.", path)
	}
	rows := &jsonRows{r: bytes.NewReader(inner), shape: shapeArray, max: len(inner) + 1, deep: t.j.spec.Limits.JSONDepth}
	for {
		v, line, err := rows.next()
		if err != nil {
			return nil // it was checked before: this is the end
		}
		if err := each(v, line); err != nil {
			return err
		}
	}
}

// onlyArray finds the one top-level member that is an array of objects.
func onlyArray(b []byte) (inner []byte, path string) {
	found := 0
	p := jsonParser{b: b, deep: max(1, len(b))} // it was checked before
	p.leaf = func(at []byte, kind jsonKind, text []byte) error {
		if rest := bytes.TrimLeft(text[min(1, len(text)):], " \t\r\n"); kind == jsonArray && len(rest) > 0 && rest[0] == '{' {
			found++
			inner, path = text, string(at)
		}
		return nil
	}
	if _, err := p.value(0); err != nil || found != 1 {
		return nil, ""
	}
	return inner, path
}

// scan makes what sees the cells of the columns that are written.
func (t *jsonTable) scan() *scan {
	s := &scan{j: t.j, d: dialect{delim: ",", quote: '"', escape: '"'}, lf: 1, label: t.name}
	names, notes := columnNames(t.out.names)
	s.h = header{width: len(names), notes: notes}
	for _, name := range names {
		s.cols = append(s.cols, newColumn(name, nullsOf(t.j.spec), t.j.size <= smallFile))
	}
	return s
}

// finish loads the rows that were written.
func (t *jsonTable) finish(ctx context.Context, s *scan, path string) error {
	j := t.j
	for i, c := range s.cols {
		if at := t.out.order[i]; at >= 0 {
			c.quoted = t.texts[at]
		}
	}
	s.list, s.bad = t.list, t.bad
	j.out.Receipt.Notes = append(j.out.Receipt.Notes, s.h.notes...)
	t.tell(s.cols)
	j.path = path
	if err := s.conclude(ctx); err != nil {
		return err
	}
	t.keyed(s.cols)
	return nil
}

// tell writes the receipt.
func (t *jsonTable) tell(cols []*column) {
	r := &t.j.out.Receipt
	if t.items == nil {
		r.Format = "json"
		if t.shape == shapeLines {
			r.Format = "ndjson"
		}
		r.RowsRead, r.RowsRejected, r.Rejected = t.rows, t.bad, t.list
	}
	for i, at := range t.out.order {
		if at >= 0 && t.nested[at]&(objectArrays|otherArrays) != 0 {
			t.j.note("nested_arrays", "%q holds arrays; they are kept as JSON text.", cols[i].name)
		}
	}
}

// pass writes the rows as CSV and lets a scan see every cell. Where a column
// turns up that was not known, nothing more is written; the pass then only
// looks at the rest of the rows.
func (t *jsonTable) pass(ctx context.Context, read func(v []byte, line int64) (bool, error)) (*scan, string, error) {
	path := t.j.temp("rows.csv")
	f, err := os.Create(path)
	if err != nil {
		return nil, "", err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<18)
	s := t.scan()
	known := len(t.names)
	sink := newRowSink(s, w)
	err = t.each(ctx, func(v []byte, line int64) error {
		ok, err := read(v, line)
		if err != nil || !ok || len(t.names) != known {
			return err
		}
		s.rows++
		for _, at := range t.out.order {
			sink.cell(t.cell(at, s.rows))
		}
		return sink.endRow()
	})
	if late := sink.close(); late != nil {
		err = late
	}
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		return nil, "", fmt.Errorf("write rows: %w", err)
	}
	return s, path, f.Close()
}
