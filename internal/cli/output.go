package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"tabletalk/internal/cli/show"
	"tabletalk/internal/conversation"
	"tabletalk/internal/export"
	"tabletalk/internal/fault"
	"tabletalk/internal/table"
)

// export writes the whole result of an answer to a file or, without one, to
// the output. A file is there completely or not at all.
func (a *asker) export(ctx context.Context, answer *conversation.Answer, file, format string) error {
	request, err := a.bench.rows(ctx, answer.QueryID)
	if err != nil {
		return err
	}
	return a.write(ctx, request, file, format)
}

// exportTable writes the one table that the files hold, whole.
func (a *asker) exportTable(ctx context.Context) error {
	tables := a.bench.tables
	if len(tables) != 1 {
		return fault.New(fault.Invalid, "question_empty", "There is no question, and the files hold %s: it is not clear which to write.", show.Count(int64(len(tables)), "table", "tables")).
			WithHint("Ask for the rows of one of them by its name.").At("cli.Ask")
	}
	request, err := a.bench.tableRows(ctx, tables[0].ID)
	if err != nil {
		return err
	}
	return a.write(ctx, request, a.Out, a.Format)
}

// write writes rows in a format to a file or, without one, to the output.
func (a *asker) write(ctx context.Context, request export.Request, file, format string) error {
	f, err := outputFormat(format, file)
	if err != nil {
		return err
	}
	request.Format, request.Options.RawText = f, a.RawText
	var n int64
	rows := request.Rows
	request.Rows = func(each func(*table.Rows) error) error {
		return rows(func(r *table.Rows) error {
			n += int64(len(r.Values))
			return each(r)
		})
	}
	if file == "" {
		return export.Write(ctx, a.out, request)
	}
	if err := writeFile(file, func(w io.Writer) error { return export.Write(ctx, w, request) }); err != nil {
		return err
	}
	fmt.Fprintf(a.err, "Wrote %s to %s.\n", show.Count(n, "row", "rows"), file)
	return nil
}

// writeFile writes beside the file and renames at the end.
func writeFile(file string, write func(io.Writer) error) error {
	temp, err := os.CreateTemp(filepath.Dir(file), ".tabletalk-*")
	if err != nil {
		return unwritable(file).Because(err)
	}
	defer os.Remove(temp.Name()) // gone already when all went well
	err = write(temp)
	if closed := temp.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	if err := os.Chmod(temp.Name(), 0o644); err != nil {
		return err
	}
	if err := os.Rename(temp.Name(), file); err != nil {
		return unwritable(file).Because(err)
	}
	return nil
}

func unwritable(file string) *fault.Error {
	return fault.New(fault.Invalid, "output_unwritable", "The file %s cannot be written.", file).
		WithHint("Check that the folder exists and that you may write there.").At("cli.Ask")
}
