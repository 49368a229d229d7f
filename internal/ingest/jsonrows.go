package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"tabletalk/internal/fault"
)

// jsonShape is how the rows stand in a JSON file.
type jsonShape int

const (
	shapeLines  jsonShape = iota // one value a line
	shapeArray                   // one array of values
	shapeObject                  // one object: a row, or an array of rows inside
)

// jsonRows gives one JSON value after the other, in memory bounded by the
// longest. A value of a file of lines may turn out not to be JSON.
type jsonRows struct {
	r     io.Reader
	shape jsonShape
	max   int
	deep  int // as in jsonParser
	buf   []byte
	pos   int
	end   int
	eof   bool
	begun bool
	done  bool
	line  int64
	moved int64
}

// next gives the next value and its line; io.EOF ends the file.
func (r *jsonRows) next() ([]byte, int64, error) {
	if r.shape == shapeLines {
		return r.nextLine()
	}
	return r.nextItem()
}

func (r *jsonRows) fill() error {
	if r.eof {
		return io.EOF
	}
	if r.pos > 0 {
		r.end = copy(r.buf, r.buf[r.pos:r.end])
		r.pos = 0
	}
	if r.end > r.max {
		return errLineTooLong
	}
	if r.end == len(r.buf) {
		grown := make([]byte, min(max(lexerBuffer, 2*len(r.buf)), max(lexerBuffer, r.max+2)))
		copy(grown, r.buf[:r.end])
		r.buf = grown
	}
	n, err := io.ReadAtLeast(r.r, r.buf[r.end:], 1)
	r.end += n
	if errors.Is(err, io.EOF) {
		r.eof = true
		return nil
	}
	return err
}

func (r *jsonRows) take(n int) []byte {
	b := r.buf[r.pos : r.pos+n]
	r.pos += n
	r.moved += int64(n)
	return b
}

func (r *jsonRows) nextLine() ([]byte, int64, error) {
	for {
		b := r.buf[r.pos:r.end]
		n := bytes.IndexByte(b, '\n')
		switch {
		case n < 0 && !r.eof:
			if err := r.fill(); err != nil {
				return nil, r.line + 1, err
			}
			continue
		case n < 0 && len(b) == 0:
			return nil, r.line, io.EOF
		case n < 0:
			n = len(b) - 1
		}
		r.line++
		if line := bytes.Trim(r.take(n+1), " \t\r\n"); len(line) > 0 {
			return line, r.line, nil
		}
	}
}

// nextItem cuts the next value out of an array.
func (r *jsonRows) nextItem() ([]byte, int64, error) {
	c, err := r.skip()
	if err != nil {
		return nil, r.line + 1, err
	}
	if !r.begun {
		if c != '[' {
			return nil, r.line + 1, errJSON
		}
		r.take(1)
		r.begun = true
		if c, err = r.skip(); err != nil {
			return nil, r.line + 1, err
		}
		if c == ']' {
			return nil, r.line + 1, r.close()
		}
	} else if c == ']' {
		return nil, r.line + 1, r.close()
	} else if c != ',' {
		return nil, r.line + 1, errJSON
	} else {
		r.take(1)
	}
	return r.item()
}

// close checks that nothing follows the array.
func (r *jsonRows) close() error {
	if r.done {
		return io.EOF
	}
	r.take(1)
	r.done = true
	if _, err := r.skip(); err == nil {
		return errJSON
	} else if !errors.Is(err, errJSON) {
		return err
	}
	return io.EOF
}

// skip passes blanks and gives the byte that follows; errJSON at the end.
func (r *jsonRows) skip() (byte, error) {
	for {
		for r.pos < r.end {
			switch c := r.buf[r.pos]; c {
			case '\n':
				r.line++
				r.take(1)
			case ' ', '\t', '\r':
				r.take(1)
			default:
				return c, nil
			}
		}
		if r.eof {
			return 0, errJSON
		}
		if err := r.fill(); err != nil {
			return 0, err
		}
	}
}

// item finds the end of a value: the comma or bracket that is not inside it.
func (r *jsonRows) item() ([]byte, int64, error) {
	at, depth, inText := 0, 0, false
	for {
		b := r.buf[r.pos:r.end]
		for ; at < len(b); at++ {
			switch c := b[at]; {
			case inText && c == '\\':
				at++
			case c == '"':
				inText = !inText
			case inText:
			case c == '{' || c == '[':
				if depth++; depth > deepest(r.deep) {
					return nil, r.line + 1, errJSONDeep
				}
			case depth > 0 && (c == '}' || c == ']'):
				depth--
			case depth == 0 && (c == ',' || c == ']'):
				line := r.line + 1
				v := r.take(at)
				r.line += int64(bytes.Count(v, []byte{'\n'}))
				return v, line, nil
			}
		}
		if r.eof {
			return nil, r.line + 1, errJSON
		}
		if err := r.fill(); err != nil {
			return nil, r.line + 1, err
		}
	}
}

// eachJSON gives every value of the file, behind the shape that it has.
func (j *job) eachJSON(ctx context.Context, shape jsonShape, stage string, each func(v []byte, line int64) error) error {
	f, err := os.Open(j.path)
	if err != nil {
		return err
	}
	defer f.Close()
	checked := &checkedReader{r: f, skip: true}
	rows := &jsonRows{r: checked, shape: shape, max: int(j.spec.Limits.LineBytes), deep: j.spec.Limits.JSONDepth}
	next := int64(8 << 20)
	for {
		v, line, err := rows.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, errNotUTF8):
			return j.badJSON(line, "its text is not UTF-8")
		case errors.Is(err, errLineTooLong):
			return j.lineTooLong(line)
		case errors.Is(err, errJSON), errors.Is(err, errJSONDeep):
			return j.badJSON(line, err.Error())
		case err != nil:
			return err
		}
		if rows.moved > next {
			if err := ctx.Err(); err != nil {
				return err
			}
			j.stage(stage, rows.moved, j.size)
			next = rows.moved + 8<<20
		}
		if err := each(v, line); err != nil {
			return err
		}
	}
}

func (j *job) badJSON(line int64, why string) error {
	if why == errJSONDeep.Error() {
		return fault.New(fault.TooLarge, "json_too_deep", "%s nests values deeper than %d levels (max-json-depth), in line %d.", shown(j.spec.Name), j.spec.Limits.JSONDepth, line).At("ingest.Work")
	}
	return fault.New(fault.Invalid, "json_invalid", "%s cannot be read as JSON: in line %d it is %s.", shown(j.spec.Name), line, why).At("ingest.Work")
}

// wholeJSON reads a file that is one object: it is held in memory.
func (j *job) wholeJSON() ([]byte, error) {
	if limit := j.spec.Limits.JSONObjectBytes; j.size > limit {
		return nil, fault.New(fault.TooLarge, "json_object_too_large", "%s is one object of %d bytes; the limit is %d (max-json-object-bytes).", shown(j.spec.Name), j.size, limit).
			WithHint("Write it as an array of rows, or one row a line.").At("ingest.Work")
	}
	b, err := os.ReadFile(j.path)
	if err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}
	return trimBOM(b), nil
}
