package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"tabletalk/client"
	"tabletalk/internal/fault"
)

type appendCommand struct {
	Table  string  `arg:"" help:"The id of the table, as the page and the API tell it."`
	File   string  `arg:"" optional:"" default:"-" help:"Lines of JSON, or CSV that names its columns; - or nothing is the standard input."`
	CSV    bool    `name:"csv" help:"The lines are CSV, whatever the name of the file."`
	Server string  `default:"http://127.0.0.1:8080" placeholder:"URL" help:"Where the server is."`
	Key    string  `placeholder:"KEY" help:"An API key, where the server wants one."`
	Look   display `embed:""`
}

// Run sends lines to a table of a server while they come, and says at the end
// what became of them.
func (c *appendCommand) Run(ctx context.Context, s *streams) error {
	in, err := c.open(s)
	if err != nil {
		return err
	}
	kind := client.NDJSON
	if ext := strings.ToLower(filepath.Ext(c.File)); c.CSV || ext == ".csv" {
		kind = client.CSV
	}
	var headers []client.Header
	if c.Key != "" {
		headers = append(headers, client.Header{Name: "Authorization", Value: "Bearer " + c.Key})
	}
	got, err := client.New(c.Server, nil).AppendRows(ctx, c.Table, kind, in, headers...)
	if err != nil {
		return fromServer(c.Server, err)
	}
	screen := s.screen(s.out, c.Look, 0)
	screen.Line("%d rows added to %s in %d batches, %d rejected; it has %d now.", got.RowsAdded, got.Table.Name, got.Batches, got.RowsRejected, got.Table.Rows)
	for _, r := range got.Rejected {
		screen.Line("Line %d: %s: %s", r.Line, r.Reason, r.Text)
	}
	for _, n := range got.Notes {
		screen.Line("%s", n.Text)
	}
	return nil
}

func (c *appendCommand) open(s *streams) (io.Reader, error) {
	if c.File == "-" {
		return s.in, nil
	}
	if err := checkFile(c.File); err != nil {
		return nil, err
	}
	return os.Open(c.File)
}

// fromServer says what a server said, or that there is none.
func fromServer(server string, err error) error {
	var p *client.Error
	if errors.As(err, &p) {
		return fault.New(fault.Invalid, p.Code, "%s", p.Detail).WithHint("%s", p.Hint).Because(err)
	}
	return fault.New(fault.Unavailable, "server_unreachable", "The server at %s could not be reached, or broke off.", server).
		WithHint("Name its address with --server.").Because(err)
}
