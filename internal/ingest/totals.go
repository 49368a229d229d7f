package ingest

import (
	"bytes"
	"os"

	"tabletalk/internal/ingest/grid"
)

// tailBytes is how much of the end of a file is searched for totals.
const tailBytes = 64 << 10

// totalRow gives the text of the last row where that sums up the others: its
// first cell says so, and the rest are numbers. nil where it does not.
func (j *job) totalRow(s *scan) ([]byte, error) {
	if j.spec.KeepTotals || s.h.line == 0 || s.h.width < 2 {
		return nil, nil
	}
	tail, err := j.tail()
	if err != nil {
		return nil, err
	}
	lx := lexBytes(tail, s.d)
	var raw []byte
	rows := 0
	for {
		rec, err := lx.next()
		if err != nil {
			break
		}
		if rec.blank() {
			continue
		}
		rows++
		raw = nil
		if rec.bad == "" && len(rec.fields) == s.expected() && isTotal(rec.fields) {
			raw = bytes.Clone(rec.raw)
		}
	}
	if rows < 4 {
		return nil, nil
	}
	return raw, nil
}

// isTotal reports cells that sum up others.
func isTotal(fields [][]byte) bool {
	if !grid.Totals(string(trimBlanks(fields[0]))) {
		return false
	}
	numbers := 0
	for _, f := range fields[1:] {
		switch looks(string(trimBlanks(f))) {
		case clsInt, clsFloat, clsNumber:
			numbers++
		case clsText:
			if len(trimBlanks(f)) > 0 {
				return false
			}
		default:
			return false
		}
	}
	return numbers > 0
}

// tail gives the last bytes of the file, from the start of a line on.
func (j *job) tail() ([]byte, error) {
	f, err := os.Open(j.path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	from := max(0, j.size-tailBytes)
	b := make([]byte, j.size-from)
	if _, err := f.ReadAt(b, from); err != nil {
		return nil, err
	}
	if i := bytes.IndexByte(b, '\n'); from > 0 && i >= 0 {
		b = b[i+1:]
	}
	return b, nil
}
