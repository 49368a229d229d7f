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
		c.welcome(ctx, s, a, at)
	})
	return errors.Join(err, a.Close())
}

// welcome prints the link that a start has to tell, to the terminal alone:
// whoever reads the log must not get in by it.
func (c *serveCommand) welcome(ctx context.Context, s *streams, a *app.App, at net.Addr) {
	link, err := a.Welcome(ctx, "http://"+at.String())
	switch {
	case err != nil:
		s.complain(err)
	case link == "":
	case c.Settings.Auth == "token":
		fmt.Fprintf(s.out, "Open it by this link, which lets in whoever has it:\n  %s\n", link)
	default:
		fmt.Fprintf(s.out, "There is no administrator yet. This link makes one; it works once:\n  %s\n", link)
	}
}
