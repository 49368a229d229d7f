package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"

	"tabletalk/internal/app"
	"tabletalk/internal/config"
)

type serveCommand struct {
	Settings config.Config `embed:""`
}

// Run serves until an interrupt, then lets requests finish. A second interrupt
// ends the program on the spot.
func (c *serveCommand) Run(ctx context.Context, s *streams) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop)
	a, err := app.New(ctx, c.Settings, s.logger(&c.Settings, false), app.WithVersion(Version()))
	if err != nil {
		return err
	}
	err = a.Serve(ctx, func(at net.Addr) {
		fmt.Fprintf(s.out, "tabletalk is ready on http://%s (Ctrl-C ends it)\n", at)
	})
	return errors.Join(err, a.Close())
}
