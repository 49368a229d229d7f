package cli

import (
	"context"
	"encoding/json"
	"os"
	"os/signal"

	"tabletalk/internal/config"
)

type inspectCommand struct {
	File     string        `arg:"" help:"The file."`
	JSON     bool          `help:"Print everything that is known as JSON."`
	Preview  int           `placeholder:"N" help:"Show the first rows of each table."`
	Profile  bool          `help:"Wait for the profile: exact counts and extremes of every column."`
	Decided  decided       `embed:""`
	Display  display       `embed:""`
	Settings config.Config `embed:""`
}

// Run reads the file as an upload would and shows what was understood.
func (c *inspectCommand) Run(ctx context.Context, s *streams) error {
	if err := checkFile(c.File); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	b, err := openBench(ctx, s, c.Settings)
	if err != nil {
		return err
	}
	defer b.close()
	decisions, err := c.Decided.decisions()
	if err != nil {
		return err
	}
	file, err := b.load(ctx, c.File, decisions)
	if err == nil && c.Profile {
		file, err = b.profiled(ctx, file.ID)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		e := json.NewEncoder(s.out)
		e.SetIndent("", "  ")
		return e.Encode(file)
	}
	screen := s.screen(s.out, c.Display, 0)
	screen.Receipt(file)
	b.columns(screen, nil)
	if c.Preview > 0 {
		return b.preview(ctx, screen, c.Preview)
	}
	return nil
}
