package ingest

import (
	"encoding/binary"
	"errors"
)

// The fields of a Parquet footer that tell of encryption, by their numbers in
// the format's definition.
const (
	fileGroups    = 4 // of the file: its row groups
	fileAlgorithm = 8 // what encrypts columns behind a plain footer
	groupColumns  = 1
	columnCrypto  = 8 // how the column is encrypted
	columnVeiled  = 9 // what describes the column, encrypted
)

// encryptedColumns counts the encrypted columns that a plain Parquet footer
// tells of; named reports whether it names an algorithm. Error: the footer is
// not what it should be, or ends early.
func encryptedColumns(footer []byte) (columns int, named bool, err error) {
	t := &thrift{b: footer}
	err = t.fields(0, func(id int16, kind byte) error {
		switch {
		case id == fileAlgorithm:
			named = true
		case id == fileGroups && kind == thriftList:
			return t.list(0, func(depth int) error {
				n, err := t.lockedInGroup(depth)
				columns = max(columns, n)
				return err
			})
		}
		return t.skip(kind, 0)
	})
	return columns, named, err
}

// lockedInGroup counts the encrypted columns of a row group.
func (t *thrift) lockedInGroup(depth int) (n int, err error) {
	err = t.fields(depth, func(id int16, kind byte) error {
		if id != groupColumns || kind != thriftList {
			return t.skip(kind, depth)
		}
		return t.list(depth, func(depth int) error {
			locked := 0
			err := t.fields(depth, func(id int16, kind byte) error {
				if id == columnCrypto || id == columnVeiled {
					locked = 1
				}
				return t.skip(kind, depth)
			})
			n += locked
			return err
		})
	})
	return n, err
}

// thrift walks bytes of the compact protocol of Thrift, in which Parquet
// describes itself. It makes nothing of them and follows no length beyond
// their end.
type thrift struct {
	b  []byte
	at int
}

// The types of fields.
const (
	thriftTrue   = 1
	thriftFalse  = 2
	thriftByte   = 3
	thriftI64    = 6
	thriftDouble = 7
	thriftBinary = 8
	thriftList   = 9
	thriftSet    = 10
	thriftMap    = 11
	thriftStruct = 12
	thriftUUID   = 13
)

// thriftDepth is how deep structures may lie in one another: those of Parquet
// do a few levels.
const thriftDepth = 32

var errThrift = errors.New("not a description of a Parquet file")

func (t *thrift) byte() (byte, error) {
	if t.at >= len(t.b) {
		return 0, errThrift
	}
	t.at++
	return t.b[t.at-1], nil
}

func (t *thrift) number() (uint64, error) {
	v, n := binary.Uvarint(t.b[t.at:])
	if n <= 0 {
		return 0, errThrift
	}
	t.at += n
	return v, nil
}

func (t *thrift) pass(n uint64) error {
	if n > uint64(len(t.b)-t.at) {
		return errThrift
	}
	t.at += int(n)
	return nil
}

// fields gives each field of a structure to each, which reads or skips it.
func (t *thrift) fields(depth int, each func(id int16, kind byte) error) error {
	if depth > thriftDepth {
		return errThrift
	}
	id := int16(0)
	for {
		head, err := t.byte()
		if err != nil || head == 0 {
			return err
		}
		if step := int16(head >> 4); step > 0 {
			id += step
		} else if id, err = t.longID(); err != nil {
			return err
		}
		if err := each(id, head&15); err != nil {
			return err
		}
	}
}

func (t *thrift) longID() (int16, error) {
	v, err := t.number()
	return int16(v>>1) ^ -int16(v&1), err
}

// list gives every structure of a list to each.
func (t *thrift) list(depth int, each func(depth int) error) error {
	n, kind, err := t.size()
	for i := uint64(0); err == nil && i < n; i++ {
		if kind == thriftStruct {
			err = each(depth + 1)
		} else {
			err = t.skip(elementKind(kind), depth+1)
		}
	}
	return err
}

// size reads how many elements a list has, and of which type.
func (t *thrift) size() (n uint64, kind byte, err error) {
	head, err := t.byte()
	if n = uint64(head >> 4); n == 15 && err == nil {
		n, err = t.number()
	}
	if n > uint64(len(t.b)) { // every element takes a byte
		err = errThrift
	}
	return n, head & 15, err
}

// elementKind is the type of an element: truth values take a byte there.
func elementKind(kind byte) byte {
	if kind == thriftTrue || kind == thriftFalse {
		return thriftByte
	}
	return kind
}

// skip passes over a value.
func (t *thrift) skip(kind byte, depth int) error {
	switch kind {
	case thriftTrue, thriftFalse:
		return nil
	case thriftByte:
		return t.pass(1)
	case thriftDouble:
		return t.pass(8)
	case thriftUUID:
		return t.pass(16)
	case thriftBinary:
		n, err := t.number()
		if err != nil {
			return err
		}
		return t.pass(n)
	case thriftList, thriftSet:
		return t.list(depth, func(depth int) error { return t.skip(thriftStruct, depth) })
	case thriftMap:
		return t.skipMap(depth)
	case thriftStruct:
		return t.fields(depth, func(_ int16, kind byte) error { return t.skip(kind, depth+1) })
	}
	if kind > thriftByte && kind <= thriftI64 {
		_, err := t.number()
		return err
	}
	return errThrift
}

func (t *thrift) skipMap(depth int) error {
	n, err := t.number()
	if err != nil || n == 0 {
		return err
	}
	kinds, err := t.byte()
	if n > uint64(len(t.b)) || depth > thriftDepth {
		err = errThrift
	}
	for ; err == nil && n > 0; n-- {
		if err = t.skip(elementKind(kinds>>4), depth+1); err == nil {
			err = t.skip(elementKind(kinds&15), depth+1)
		}
	}
	return err
}
