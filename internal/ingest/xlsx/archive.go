package xlsx

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"tabletalk/internal/ingest/markup"
	"tabletalk/internal/ingest/sheet"
)

// Limits bound what the archive of a workbook may hold.
type Limits struct {
	Entries  int   // max-archive-entries
	Unpacked int64 // max-unpacked-bytes, of all that is read
	Ratio    int64 // how much larger than packed a part above BombMin may be
	BombMin  int64
	Book     sheet.Limits // the zero value takes the usual ones
}

// Archive is a ZIP archive whose parts are found by name without regard to
// case, and read within limits.
type Archive struct {
	files  map[string]*zip.File
	names  []string
	limits Limits
	read   int64
}

// OpenArchive reads the directory of the archive.
func OpenArchive(r io.ReaderAt, size int64, limits Limits) (*Archive, error) {
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, sheet.Damaged(err, "is damaged or cut short: its ZIP archive cannot be opened")
	}
	if len(z.File) > limits.Entries {
		return nil, &sheet.Problem{Code: sheet.CodeBomb, Reason: "is an archive with too many parts (max-archive-entries)"}
	}
	if limits.Book == (sheet.Limits{}) {
		limits.Book = sheet.Usual()
	}
	a := &Archive{files: make(map[string]*zip.File, len(z.File)), limits: limits}
	for _, f := range z.File {
		if key := partKey(f.Name); a.files[key] == nil {
			a.files[key] = f
			if !f.FileInfo().IsDir() {
				a.names = append(a.names, f.Name)
			}
		}
	}
	return a, nil
}

// partKey is a part's name as it is looked up.
func partKey(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/"))
}

// Has reports whether there is such a part.
func (a *Archive) Has(name string) bool { return a.files[partKey(name)] != nil }

// Limits are those of the workbook in the archive.
func (a *Archive) Limits() sheet.Limits { return a.limits.Book }

// Names gives the parts that are files, in their order, at most once each.
func (a *Archive) Names() []string { return a.names }

// Open opens a part; a part that is not there is empty.
func (a *Archive) Open(name string) (io.ReadCloser, error) {
	f := a.files[partKey(name)]
	if f == nil {
		return io.NopCloser(strings.NewReader("")), nil
	}
	if f.Flags&1 != 0 {
		return nil, sheet.Encrypted()
	}
	r, err := f.Open()
	if err != nil {
		return nil, sheet.Damaged(err, "is damaged: its part %q cannot be opened", clip(name))
	}
	limit := max(a.limits.BombMin, int64(f.CompressedSize64)*a.limits.Ratio)
	return &part{ReadCloser: r, a: a, left: limit}, nil
}

// part is a part of the archive that is being read.
type part struct {
	io.ReadCloser
	a    *Archive
	left int64
}

// Read counts what the archive unpacks to. A part may be read more than once;
// every reading is work, and counts.
func (p *part) Read(b []byte) (int, error) {
	n, err := p.ReadCloser.Read(b)
	p.left -= int64(n)
	p.a.read += int64(n)
	if p.left < 0 {
		return 0, &sheet.Problem{Code: sheet.CodeBomb, Reason: "unpacks to far more than its size, which no table does (archive-ratio)"}
	}
	if p.a.read > p.a.limits.Unpacked {
		return 0, &sheet.Problem{Code: sheet.CodeBomb, Reason: "unpacks to more than is allowed (max-unpacked-bytes)"}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return n, sheet.Damaged(err, "is damaged: one of its parts cannot be unpacked")
	}
	return n, err
}

// Trouble makes a problem of what the scanner of a part reports; errors that
// are problems already, or somebody else's, pass.
func Trouble(err error) error {
	var p *sheet.Problem
	switch {
	case err == nil, errors.As(err, &p):
		return err
	case errors.Is(err, markup.ErrDoctype):
		return unsafe(err, "it declares a document type")
	case errors.Is(err, markup.ErrDeep):
		return unsafe(err, "it nests deeper than %d levels", markup.MaxDepth)
	case errors.Is(err, markup.ErrLong):
		return unsafe(err, "it has a text longer than %d MiB", markup.MaxToken>>20)
	case errors.Is(err, markup.ErrSyntax), errors.Is(err, io.ErrUnexpectedEOF):
		return sheet.Damaged(err, "is damaged: its XML is malformed or cut short")
	}
	return err
}

func unsafe(err error, why string, args ...any) error {
	return &sheet.Problem{Code: sheet.CodeUnsafe, Reason: "holds XML that no spreadsheet needs: " + fmt.Sprintf(why, args...), Err: err}
}

func clip(s string) string {
	if len(s) > 80 {
		return s[:80]
	}
	return s
}
