package xlsx

import (
	"path"
	"strings"

	"tabletalk/internal/ingest/markup"
	"tabletalk/internal/ingest/sheet"
)

// book is an open workbook.
type book struct {
	a         *Archive
	main      string // name of the workbook's part
	targets   map[string]relation
	epoch1904 bool
	formats   []sheet.Format // by the number of a cell's style
	shared    [][]byte
}

// relation is what a part refers to.
type relation struct{ kind, target string }

// Is reports whether the archive is a document of Office Open XML, or what is
// left of one, rather than an archive of other files.
func Is(a *Archive) bool {
	return a.Has("[Content_Types].xml") || a.Has("_rels/.rels") || a.Has("xl/workbook.xml") || a.Has("xl/workbook.bin")
}

// Open reads everything of a workbook but its sheets, which it leaves to be
// read one by one while r stays open.
func Open(a *Archive) (*sheet.Workbook, error) {
	b := &book{a: a}
	if err := b.findMain(); err != nil {
		return nil, err
	}
	var err error
	if b.targets, err = b.relations(b.main); err != nil {
		return nil, err
	}
	if strings.EqualFold(path.Ext(b.main), ".bin") {
		return b.openBinary()
	}
	out := &sheet.Workbook{Format: "xlsx"}
	if err := b.workbook(out); err != nil {
		return nil, err
	}
	if err := b.styles(b.partOf("styles", "styles.xml")); err != nil {
		return nil, err
	}
	return out, b.strings(b.partOf("sharedStrings", "sharedStrings.xml"))
}

// findMain follows the relations of the package to its document.
func (b *book) findMain() error {
	root, err := b.relations("")
	if err != nil {
		return err
	}
	b.main = "xl/workbook.xml"
	for _, r := range root {
		if r.kind == "officeDocument" {
			b.main = r.target
		}
	}
	for _, usual := range []string{b.main, "xl/workbook.xml", "xl/workbook.bin"} {
		if b.a.Has(usual) {
			b.main = usual
			return nil
		}
	}
	return b.unknown()
}

// unknown says what a ZIP archive without a workbook is.
func (b *book) unknown() error {
	for part, what := range map[string]string{"word/document.xml": "a Word document", "ppt/presentation.xml": "a PowerPoint presentation",
		"AndroidManifest.xml": "an Android program", "META-INF/MANIFEST.MF": "a Java archive"} {
		if b.a.Has(part) {
			return sheet.Unsupported(what)
		}
	}
	if b.a.Has("[Content_Types].xml") {
		return sheet.Damaged(nil, "is damaged: it has no workbook inside")
	}
	return sheet.Unsupported("a ZIP archive without a workbook")
}

// relations reads what the part refers to, by identifier.
func (b *book) relations(part string) (map[string]relation, error) {
	dir, base := path.Split(part)
	out := map[string]relation{}
	err := b.scan(path.Join(dir, "_rels", base+".rels"), func(s *markup.Scanner, k markup.Kind) error {
		if k == markup.Start && string(s.Name) == "Relationship" && len(out) < 1<<16 {
			target := strings.ReplaceAll(s.Attr("Target"), `\`, "/")
			if !strings.HasPrefix(target, "/") {
				target = dir + target
			}
			out[s.Attr("Id")] = relation{path.Base(s.Attr("Type")), strings.TrimPrefix(path.Clean("/"+target), "/")}
		}
		return nil
	})
	return out, err
}

// partOf finds a part that the workbook refers to.
func (b *book) partOf(kind, usual string) string {
	for _, r := range b.targets {
		if r.kind == kind && b.a.Has(r.target) {
			return r.target
		}
	}
	return path.Join(path.Dir(b.main), usual)
}

// scan gives every token of a part; a part that is not there has none.
func (b *book) scan(part string, each func(*markup.Scanner, markup.Kind) error) error {
	r, err := b.a.Open(part)
	if err != nil {
		return err
	}
	defer r.Close()
	s := markup.NewScanner(r)
	return Trouble(s.Each(func(k markup.Kind) error { return each(s, k) }))
}

// workbook reads the list of sheets.
func (b *book) workbook(out *sheet.Workbook) error {
	return b.scan(b.main, func(s *markup.Scanner, k markup.Kind) error {
		if k != markup.Start {
			return nil
		}
		switch string(s.Name) {
		case "workbookPr":
			v := s.Attr("date1904")
			b.epoch1904 = v == "1" || v == "true"
		case "sheet":
			return b.sheet(out, s.Attr("name"), s.Attr("id"), s.Attr("state"))
		}
		return nil
	})
}

func (b *book) sheet(out *sheet.Workbook, name, id, state string) error {
	if len(out.Sheets) == b.a.limits.Book.Sheets {
		return sheet.TooManySheets()
	}
	r, ok := b.targets[id]
	if !ok {
		r = relation{"worksheet", path.Join(path.Dir(b.main), "worksheets", "sheet"+itoa(len(out.Sheets)+1)+".xml")}
	}
	if r.kind != "worksheet" {
		out.Other++
		return nil
	}
	if !b.a.Has(r.target) {
		return sheet.Damaged(nil, "is damaged: its sheet %q is missing", clip(name))
	}
	out.Sheets = append(out.Sheets, sheet.Sheet{Name: name, Hidden: state == "hidden" || state == "veryHidden",
		Read: func(yield func(*sheet.Row) error) (sheet.Extras, error) {
			if strings.EqualFold(path.Ext(r.target), ".bin") {
				return b.readBinary(r.target, yield)
			}
			return b.read(r.target, yield)
		}})
	return nil
}
