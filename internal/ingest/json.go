package ingest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"unicode/utf8"

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
	columns map[string]int
	names   []string
	texts   []bool // columns in which some value is a text
	nested  []bool // columns that hold arrays as text
	row     [][]byte
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
	t := &jsonTable{j: j, columns: map[string]int{}}
	t.parser.leaf, t.parser.deep = t.leaf, j.spec.Limits.JSONDepth
	if err := t.collect(ctx, shape); err != nil {
		return err
	}
	if t.rows == 0 && t.bad > 0 {
		return j.badJSON(t.list[0].Line, errJSON.Error())
	}
	j.out.Receipt.Format = "json"
	if shape == shapeLines {
		j.out.Receipt.Format = "ndjson"
	}
	return t.finish(ctx, shape)
}

// jsonShape looks at how the first value ends.
func (j *job) jsonShape() (jsonShape, error) {
	b := bytes.TrimLeft(trimBOM(j.head), " \t\r\n")
	if len(b) == 0 {
		return 0, fault.New(fault.Invalid, "file_empty", "%s holds no values.", shown(j.spec.Name)).At("ingest.Work")
	}
	if b[0] == '[' && !arraysByLine(b) {
		return shapeArray, nil
	}
	line, _, more := bytes.Cut(b, []byte{'\n'})
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

// collect reads every row once, for the columns.
func (t *jsonTable) collect(ctx context.Context, shape jsonShape) error {
	if shape == shapeObject {
		return t.wrapped(func(v []byte, line int64) error { return t.look(v, line, true) })
	}
	return t.j.eachJSON(ctx, shape, "scan", func(v []byte, line int64) error { return t.look(v, line, shape == shapeArray) })
}

// look checks one row; a bad one in a file of lines is rejected, elsewhere it
// makes the file unreadable.
func (t *jsonTable) look(v []byte, line int64, strict bool) error {
	err := t.parse(v)
	switch {
	case err == nil:
		t.rows++
		return nil
	case errors.Is(err, errJSONDeep), strict && errors.Is(err, errJSON):
		return t.j.badJSON(line, err.Error())
	case !errors.Is(err, errJSON):
		return err
	}
	t.bad++
	if len(t.list) < t.j.spec.Limits.Rejects {
		t.list = append(t.list, Reject{Line: line, Reason: errJSON.Error(), Text: clip(cleanLine(v), 300)})
	}
	return nil
}

// parse fills the row with the values of one JSON value.
func (t *jsonTable) parse(v []byte) error {
	for i := range t.row {
		t.row[i] = nil
	}
	t.arena = t.arena[:0]
	t.parser.b, t.parser.i, t.parser.path = v, 0, t.parser.path[:0]
	if !utf8.Valid(v) {
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

// leaf puts one value into the row.
func (t *jsonTable) leaf(path []byte, kind jsonKind, text []byte) error {
	i, ok := t.columns[string(path)]
	if !ok {
		if len(t.names) == t.j.spec.Limits.Columns {
			return t.j.checkWidth(len(t.names) + 1)
		}
		i = len(t.names)
		name := string(path)
		t.columns[name] = i
		if name == "" {
			name = "value"
		}
		t.names = append(t.names, name)
		t.texts, t.nested, t.row = append(t.texts, false), append(t.nested, false), append(t.row, nil)
	}
	switch kind {
	case jsonNull:
		return nil
	case jsonText:
		t.texts[i] = true
	case jsonArray:
		t.texts[i], t.nested[i] = true, true
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
		return each(b, 1)
	}
	if t.rows == 0 && t.bad == 0 {
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

// finish writes the rows as CSV and loads that.
func (t *jsonTable) finish(ctx context.Context, shape jsonShape) error {
	j := t.j
	s := &scan{j: j, d: dialect{delim: ",", quote: '"', escape: '"'}, list: t.list, bad: t.bad}
	if len(t.names) == 0 {
		t.names, t.texts, t.nested = []string{"value"}, []bool{false}, []bool{false}
		j.note("no_rows", "The file holds no values.")
	}
	names, notes := columnNames(t.names)
	s.h = header{width: len(names)}
	for i, name := range names {
		c := newColumn(name, nullsOf(j.spec), j.size <= smallFile)
		c.quoted = t.texts[i]
		s.cols = append(s.cols, c)
	}
	path, err := t.write(ctx, shape, s)
	if err != nil {
		return err
	}
	defer os.Remove(path)
	j.out.Receipt.Notes = append(j.out.Receipt.Notes, notes...)
	t.tell(names)
	s.lf = 1
	j.path = path
	return s.conclude(ctx)
}

// tell writes the receipt.
func (t *jsonTable) tell(names []string) {
	r := &t.j.out.Receipt
	r.RowsRead, r.RowsRejected, r.Rejected = t.rows, t.bad, t.list
	for i, nested := range t.nested {
		if nested {
			t.j.note("nested_arrays", "%q holds arrays; they are kept as JSON text.", names[i])
		}
	}
}

// write makes a CSV of the rows and lets the scan see every cell.
func (t *jsonTable) write(ctx context.Context, shape jsonShape, s *scan) (string, error) {
	path := t.j.temp("rows.csv")
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<18)
	var line int64
	var row []byte
	each := func(v []byte, _ int64) error {
		if err := t.parse(v); err != nil {
			if errors.Is(err, errJSON) {
				return nil // rejected before
			}
			return err
		}
		line++
		for len(t.row) < len(s.cols) {
			t.row = append(t.row, nil)
		}
		for i, c := range s.cols {
			c.add(t.row[i], line)
		}
		row = appendTidy(row[:0], t.row, len(s.cols))
		s.rows++
		s.widest = max(s.widest, len(row))
		_, err := w.Write(row)
		return err
	}
	if shape == shapeObject {
		err = t.wrapped(each)
	} else {
		err = t.j.eachJSON(ctx, shape, "rows", each)
	}
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		return "", fmt.Errorf("write rows: %w", err)
	}
	return path, f.Close()
}
