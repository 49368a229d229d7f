package ingest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"strings"

	"tabletalk/internal/fault"
	"tabletalk/internal/ingest/xlsx"
)

// readArchive reads every file of an archive that is a table. A file of
// another kind is left out with its reason; a table that is damaged refuses
// the archive, so that it is there completely or not at all.
func (j *job) readArchive(ctx context.Context, a *xlsx.Archive) error {
	if j.inside {
		return fault.New(fault.Invalid, "archive_nested", "%s is an archive inside an archive, which is not opened.", shown(j.spec.Name)).
			WithHint("Unpack it, and upload what it holds.").At("ingest.Work")
	}
	var names []string
	for _, n := range a.Names() {
		if base := path.Base(n); !strings.HasPrefix(base, ".") && !strings.HasPrefix(n, "__MACOSX/") {
			names = append(names, n)
		}
	}
	if most := j.spec.Limits.ArchiveFiles; len(names) > most {
		return fault.New(fault.TooLarge, "too_many_files", "%s holds %d files; the limit is %d (max-archive-files).", shown(j.spec.Name), len(names), most).At("ingest.Work")
	}
	var refused error
	for i, name := range names {
		j.stage("unpack", int64(i), int64(len(names)))
		err := j.member(ctx, a, name)
		var f *fault.Error
		switch {
		case err == nil:
		case errors.As(err, &f) && (f.Code == "format_unsupported" || f.Code == "archive_nested" || f.Code == "file_empty"):
			refused = err
			j.note("left_out_file", "%s", f.Message)
		default:
			return err
		}
	}
	if len(j.out.Tables) == 0 && refused != nil && len(names) == 1 {
		return refused
	}
	if len(j.out.Tables) == 0 {
		return fault.New(fault.Invalid, "archive_without_tables", "%s is an archive without a table that can be read.", shown(j.spec.Name)).
			WithHint("Pack CSV, JSON, Parquet or Excel files.").At("ingest.Work")
	}
	j.out.Receipt.Format = "zip"
	return nil
}

// member reads one file of the archive as if it were uploaded by itself.
func (j *job) member(ctx context.Context, a *xlsx.Archive, name string) error {
	dir, err := os.MkdirTemp(j.spec.Dir, "member-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := dir + "/bytes"
	if err := extract(ctx, a, name, file); err != nil {
		return j.sheetFault(err)
	}
	spec := j.spec
	spec.Name, spec.File = path.Base(name), file
	m := &job{spec: spec, db: j.db, progress: j.progress, path: file, inside: true}
	m.out.Tables = j.out.Tables
	before := len(j.out.Tables)
	if err := m.read(ctx); err != nil {
		return err
	}
	j.spec.Taken, j.out.Tables = m.spec.Taken, m.out.Tables
	j.adopt(m.out.Receipt, j.out.Tables[before:], spec.Name)
	return nil
}

// extract writes a member to a file of its own.
func extract(ctx context.Context, a *xlsx.Archive, name, to string) error {
	in, err := a.Open(name)
	if err != nil {
		return err
	}
	defer in.Close()
	return writeFile(to, &contextReader{ctx, in})
}

// adopt takes a member's receipt into that of the archive.
func (j *job) adopt(m Receipt, tables []Table, file string) {
	r := &j.out.Receipt
	r.RowsRead += m.RowsRead
	r.RowsRejected += m.RowsRejected
	r.Mended += m.Mended
	r.LeftOut = r.LeftOut.add(m.LeftOut)
	for _, x := range m.Rejected {
		if len(r.Rejected) < j.spec.Limits.Rejects {
			x.Reason = fmt.Sprintf("%s: %s", cleanName(file), x.Reason)
			r.Rejected = append(r.Rejected, x)
		}
	}
	for _, n := range m.Notes {
		n.Text = cleanName(file) + ": " + n.Text
		r.Notes = append(r.Notes, n)
	}
	for i, t := range tables {
		p := Part{Table: t.Name, Rows: t.Rows, HeaderRow: m.HeaderRow, HeaderReason: m.HeaderReason}
		if i < len(m.Parts) {
			p = m.Parts[i]
		}
		p.File = cleanName(file)
		r.Parts = append(r.Parts, p)
	}
}
