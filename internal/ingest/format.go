package ingest

import (
	"bytes"
	"context"
	"regexp"
	"slices"

	"tabletalk/internal/fault"
	"tabletalk/internal/ingest/sheetml"
	"tabletalk/internal/ingest/xls"
)

// format is one kind of file: how to know it by its bytes, and how to read it.
// A format that cannot be read has a refusal instead.
type format struct {
	name   string
	is     func(head []byte) bool
	read   func(ctx context.Context, j *job) error
	refuse func(j *job) error
}

// formats are asked in order; text comes last and takes what is left. The name
// of the file has no say: people rename files.
func formats() []format {
	return []format{
		{name: "parquet", is: magic("PAR1"), read: readParquet},
		{name: "parquet", is: magic("PARE"), refuse: func(j *job) error { return encryptedParquet(j, "is an encrypted Parquet file") }},
		{name: "zip", is: magic("PK\x03\x04", "PK\x05\x06"), read: readZip},
		{name: "xlsx", is: never, read: readZip},
		{name: "xlsb", is: never, read: readZip},
		{name: "ods", is: never, read: readZip},
		{name: "xls", is: magic("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), read: readXLS},
		{is: xls.Old, refuse: refuseBinary("an Excel workbook from before 1993")},
		{name: "xml", is: sheetml.Is, read: readSheetML},
		{is: startsWith("<?xml"), refuse: refuseBinary("an XML document")},
		{is: startsWith("<!doctype", "<html"), refuse: refuseBinary("a web page")},
		{is: sylk.Match, refuse: refuseBinary("a SYLK file")},
		unreadable("a DIF file", "TABLE\r\n0,1\r\n", "TABLE\n0,1\n"),
		unreadable("an RTF document", "{\\rtf"),
		unreadable("a PDF", "%PDF-"),
		unreadable("a picture", "\x89PNG", "\xff\xd8\xff", "GIF8"),
		unreadable("an SQLite database", "SQLite format 3\x00"),
		unreadable("an Arrow file", "ARROW1"),
		unreadable("an Avro file", "Obj\x01"),
		unreadable("an ORC file", "ORC"),
		unreadable("a 7-Zip archive", "7z\xbc\xaf\x27\x1c"),
		unreadable("an xz archive", "\xfd7zXZ"),
		unreadable("a program", "\x7fELF", "MZ\x90\x00"),
		{name: "json", is: isJSON, read: readJSON},
		{name: "csv", is: isText, read: readCSV},
		{is: func([]byte) bool { return true }, refuse: refuseBinary("a file of bytes, not of text")},
	}
}

// formatNames are the formats that a person can choose.
func formatNames() []string {
	names := []string{"ndjson"}
	for _, f := range formats() {
		if f.read != nil {
			names = append(names, f.name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// formatNamed gives the format that a person chose. The ones that are read in
// one way have one entry: both workbooks in ZIP archives are archives, and
// lines of JSON are JSON.
func formatNamed(name string) format {
	if name == "ndjson" {
		name = "json"
	}
	for _, f := range formats() {
		if f.name == name && f.read != nil {
			return f
		}
	}
	return format{}
}

func sniffFormat(head []byte) format {
	for _, f := range formats() {
		if f.is(head) {
			return f
		}
	}
	return format{}
}

func magic(prefixes ...string) func([]byte) bool {
	return func(head []byte) bool {
		for _, p := range prefixes {
			if bytes.HasPrefix(head, []byte(p)) {
				return true
			}
		}
		return false
	}
}

// sylk is how spreadsheets of that format begin; tables of text whose first
// column is an ID begin much the same.
var sylk = regexp.MustCompile(`^ID;P[^\r\n]*\r?\n[PFBCO];`)

// startsWith finds texts that begin so, in any case and behind blanks.
func startsWith(words ...string) func([]byte) bool {
	return func(head []byte) bool {
		head = bytes.ReplaceAll(head[:min(len(head), 1024)], []byte{0}, nil)
		head = bytes.ToLower(bytes.TrimLeft(bytes.TrimLeft(head, "\xef\xbb\xbf\xff\xfe"), " \t\r\n"))
		for _, w := range words {
			if bytes.HasPrefix(head, []byte(w)) {
				return true
			}
		}
		return false
	}
}

// never is the sign of a format that another entry finds.
func never([]byte) bool { return false }

// unreadable is a format that is known but not read.
func unreadable(what string, prefixes ...string) format {
	return format{is: magic(prefixes...), refuse: refuseBinary(what)}
}

func refuseBinary(what string) func(*job) error {
	return func(j *job) error {
		return fault.New(fault.Invalid, "format_unsupported", "%s is %s, not a table that can be read.", shown(j.spec.Name), what).
			WithHint("Save it as CSV, Excel, JSON or Parquet and upload that.").At("ingest.Work")
	}
}

func encryptedParquet(j *job, what string) error {
	return fault.New(fault.Invalid, "file_encrypted", "%s %s.", shown(j.spec.Name), what).
		WithHint("Upload it without encryption.").At("ingest.Work")
}

// isText reports whether the head is text in some encoding: few control
// characters, or the zero bytes of UTF-16.
func isText(head []byte) bool {
	if bomOf(head) != "" || looksUTF16(head) != "" {
		return true
	}
	control := 0
	for _, c := range head {
		if c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1f && c != 0x01 && c != 0x1e && c != 0x1b && c != 0x0e && c != 0x0f {
			control++
		}
	}
	return control*200 <= max(len(head), 400)
}
