package xlsx

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"unicode/utf16"
	"unicode/utf8"

	"tabletalk/internal/ingest/sheet"
)

// The records of binary parts that matter.
const (
	recRow          = 0
	recBlank        = 1
	recRK           = 2
	recError        = 3
	recBool         = 4
	recReal         = 5
	recText         = 6
	recShared       = 7
	recFormulaText  = 8
	recFormulaReal  = 9
	recFormulaBool  = 10
	recFormulaError = 11
	recShortFirst   = 12 // the seven kinds of cells again, without a column
	recShortLast    = 18
	recSharedItem   = 19
	recFormat       = 44
	recStyle        = 47
	recColumn       = 60
	recRichText     = 62
	recDataBegin    = 145
	recDataEnd      = 146
	recBookProps    = 153
	recSheet        = 156
	recMerge        = 176
	recCellStyles   = 617
	recCellStylesOf = 618 // their end
)

// maxRecord bounds one record; texts of cells have at most 32,767 characters.
const maxRecord = 16 << 20

// records gives the records of a binary part.
type records struct {
	r    *bufio.Reader
	id   int
	data []byte
}

var errRecord = errors.New("a record is malformed")

// next moves to the next record; io.EOF ends the part.
func (r *records) next() error {
	b, err := r.r.ReadByte()
	if err != nil {
		return err
	}
	r.id = int(b & 0x7f)
	if b&0x80 != 0 {
		if b, err = r.r.ReadByte(); err != nil {
			return io.ErrUnexpectedEOF
		}
		r.id |= int(b&0x7f) << 7
	}
	size := 0
	for shift := 0; ; shift += 7 {
		if b, err = r.r.ReadByte(); err != nil {
			return io.ErrUnexpectedEOF
		}
		size |= int(b&0x7f) << shift
		if b&0x80 == 0 {
			break
		}
		if shift == 21 {
			return errRecord
		}
	}
	return r.fill(size)
}

// fill reads the content of a record, as much of it as there is.
func (r *records) fill(size int) error {
	if size > maxRecord {
		return errRecord
	}
	r.data = r.data[:0]
	for size > 0 {
		n := min(size, 64<<10)
		start := len(r.data)
		r.data = append(r.data, make([]byte, n)...)
		if _, err := io.ReadFull(r.r, r.data[start:]); err != nil {
			return io.ErrUnexpectedEOF
		}
		size -= n
	}
	return nil
}

func (r *records) u16(at int) int {
	if at+2 > len(r.data) {
		return 0
	}
	return int(binary.LittleEndian.Uint16(r.data[at:]))
}

func (r *records) u32(at int) int {
	if at+4 > len(r.data) {
		return 0
	}
	return int(binary.LittleEndian.Uint32(r.data[at:]))
}

func (r *records) u8(at int) byte {
	if at >= len(r.data) {
		return 0
	}
	return r.data[at]
}

func (r *records) float(at int) float64 {
	if at+8 > len(r.data) {
		return 0
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(r.data[at:]))
}

// appendText appends the text at a place, and gives where it ends.
func (r *records) appendText(dst []byte, at int) ([]byte, int) {
	n := r.u32(at)
	at += 4
	if n == math.MaxUint32 || at+2*n > len(r.data) {
		return dst, at
	}
	var high rune
	for i := range n {
		c := rune(binary.LittleEndian.Uint16(r.data[at+2*i:]))
		switch {
		case c == 0:
		case c == '\r':
			if i+1 == n || r.u16(at+2*i+2) != '\n' {
				dst = append(dst, '\n')
			}
		case c >= 0xd800 && c < 0xdc00:
			high = c
		case c >= 0xdc00 && c < 0xe000:
			dst = utf8.AppendRune(dst, utf16.DecodeRune(high, c))
		default:
			dst = utf8.AppendRune(dst, c)
		}
	}
	return dst, at + 2*n
}

// binaryPart gives every record of a part; a part that is not there has none.
func (b *book) binaryPart(part string, each func(*records) error) error {
	in, err := b.a.Open(part)
	if err != nil {
		return err
	}
	defer in.Close()
	r := &records{r: bufio.NewReaderSize(in, 64<<10)}
	for {
		err := r.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if errors.Is(err, errRecord) || errors.Is(err, io.ErrUnexpectedEOF) {
			return sheet.Damaged(err, "is damaged or cut short: one of its parts is incomplete")
		}
		if err == nil {
			err = each(r)
		}
		if errors.Is(err, errDone) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// errDone ends the reading of a part early.
var errDone = errors.New("done")

// openBinary is Open for a workbook of binary parts.
func (b *book) openBinary() (*sheet.Workbook, error) {
	out := &sheet.Workbook{Format: "xlsb"}
	err := b.binaryPart(b.main, func(r *records) error {
		switch r.id {
		case recBookProps:
			b.epoch1904 = r.u8(0)&1 != 0
		case recSheet:
			id, at := r.appendText(nil, 8)
			name, _ := r.appendText(nil, at)
			state := ""
			if r.u32(0) != 0 {
				state = "hidden"
			}
			return b.sheet(out, string(name), string(id), state)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := b.binaryStyles(b.partOf("styles", "styles.bin")); err != nil {
		return nil, err
	}
	return out, b.binaryStrings(b.partOf("sharedStrings", "sharedStrings.bin"))
}

// binaryStyles reads the number formats of cells.
func (b *book) binaryStyles(part string) error {
	custom := map[int]sheet.Format{}
	inCells := false
	return b.binaryPart(part, func(r *records) error {
		switch r.id {
		case recFormat:
			if len(custom) < maxStyles {
				code, _ := r.appendText(nil, 2)
				custom[r.u16(0)] = sheet.ParseFormat(string(code))
			}
		case recCellStyles, recCellStylesOf:
			inCells = r.id == recCellStyles
		case recStyle:
			if inCells && len(b.formats) < maxStyles {
				f, ok := custom[r.u16(2)]
				if !ok {
					f = sheet.Builtin(r.u16(2))
				}
				b.formats = append(b.formats, f)
			}
		}
		return nil
	})
}

// binaryStrings reads the texts that cells share.
func (b *book) binaryStrings(part string) error {
	total, limits := int64(0), b.a.limits.Book
	return b.binaryPart(part, func(r *records) error {
		if r.id != recSharedItem {
			return nil
		}
		text, _ := r.appendText(nil, 1)
		if total += int64(len(text)); len(b.shared) == limits.SharedTexts || total > limits.SharedBytes {
			return &sheet.Problem{Code: sheet.CodeTooLarge, Reason: "holds too many texts (max-shared-texts, max-shared-bytes)"}
		}
		b.shared = append(b.shared, text)
		return nil
	})
}
