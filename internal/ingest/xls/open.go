package xls

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/richardlehane/mscfb"

	"tabletalk/internal/ingest/sheet"
)

// Open reads the list of sheets and what they share.
func Open(r io.ReaderAt, size int64, limits sheet.Limits) (wb *sheet.Workbook, err error) {
	defer guard(&err)
	data, err := stream(r, size)
	if err != nil {
		return nil, err
	}
	b := &book{data: data, limits: limits}
	return b.globals()
}

// guard makes a problem of a panic: the library that opens compound files, and
// this package, are tested on hostile files, but a file must never end a
// process.
func guard(err *error) {
	if p := recover(); p != nil {
		*err = sheet.Damaged(fmt.Errorf("panic: %v", p), "is damaged: its records contradict each other")
	}
}

// stream takes the workbook out of its compound file.
func stream(r io.ReaderAt, size int64) ([]byte, error) {
	doc, err := mscfb.New(padded{r, size})
	if err != nil {
		return nil, sheet.Damaged(err, "is damaged or cut short: its compound file cannot be opened")
	}
	found := map[string]*mscfb.File{}
	for _, f := range doc.File {
		if name := strings.ToLower(f.Name); len(f.Path) == 0 && found[name] == nil {
			found[name] = f
		}
	}
	f := found["workbook"]
	if f == nil {
		f = found["book"]
	}
	if f == nil {
		return nil, other(found)
	}
	data, err := io.ReadAll(io.LimitReader(f, min(f.Size, size)))
	if err != nil && (!errors.Is(err, io.ErrUnexpectedEOF) || len(data) == 0) && len(data) < 512 {
		return nil, sheet.Damaged(err, "is damaged or cut short: its workbook cannot be read")
	}
	return data, nil
}

// other says what a compound file without a workbook is.
func other(found map[string]*mscfb.File) error {
	for _, o := range []struct{ name, what string }{
		{"worddocument", "an old Word document"}, {"powerpoint document", "an old PowerPoint presentation"},
		{"__properties_version1.0", "an Outlook message"}, {"visiodocument", "a Visio drawing"},
	} {
		if found[o.name] != nil {
			return sheet.Unsupported(o.what)
		}
	}
	if found["encryptedpackage"] != nil {
		return sheet.Locked()
	}
	return sheet.Unsupported("an Office file without a workbook")
}

// padded fills the last sector of a file that is cut off inside it.
type padded struct {
	r    io.ReaderAt
	size int64
}

const sector = 4096

func (p padded) ReadAt(b []byte, at int64) (int, error) {
	n, err := p.r.ReadAt(b, at)
	if errors.Is(err, io.EOF) && at < p.size && at+int64(len(b)) < p.size+sector {
		clear(b[n:])
		return len(b), nil
	}
	return n, err
}

// Old tells workbooks from before 1993, which are no compound files, by their
// first bytes.
func Old(head []byte) bool {
	return len(head) > 8 && head[0] == 9 && head[1]&^6 == 0 && head[3] == 0 && head[2] >= 4 && head[2] <= 8 && head[5] == 0 && bytes.IndexByte([]byte{0x10, 0x20, 0x40, 0}, head[6]) >= 0
}
