package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"

	"tabletalk/internal/app"
	"tabletalk/internal/config"
)

type serveCommand struct {
	Settings config.Config `embed:""`
}

// Run serves until an interrupt, then lets requests finish.
func (c *serveCommand) Run(ctx context.Context, s *streams) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	a, err := app.New(ctx, c.Settings, s.logger(&c.Settings, false), app.WithVersion(Version()))
	if err != nil {
		return err
	}
	l, err := a.Listen(ctx)
	if err == nil {
		fmt.Fprintf(s.out, "tabletalk is ready on http://%s (Ctrl-C ends it)\n", l.Addr())
		err = a.Serve(ctx, l)
	}
	return errors.Join(err, a.Close())
}
