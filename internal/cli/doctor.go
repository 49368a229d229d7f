package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"

	"tabletalk/internal/app"
	"tabletalk/internal/config"
)

type doctorCommand struct {
	Settings config.Config `embed:""`
}

// Run starts what a server starts, without an address, and prints how every
// part is. A part that is missing altogether is an error.
func (c *doctorCommand) Run(ctx context.Context, s *streams) error {
	fmt.Fprintf(s.out, "tabletalk %s on %s/%s, data in %s\n", Version(), runtime.GOOS, runtime.GOARCH, c.Settings.Data)
	a, err := app.New(ctx, c.Settings, s.logger(&c.Settings, true), app.WithVersion(Version()))
	if err != nil {
		return err
	}
	ready := a.Ready(ctx)
	for _, name := range slices.Sorted(maps.Keys(ready.Checks)) {
		check := ready.Checks[name]
		word := "ok"
		if !check.OK {
			word = "incomplete"
		}
		fmt.Fprintln(s.out, strings.TrimSpace(fmt.Sprintf("%-8s %-10s %s", name, word, check.Detail)))
		for _, fact := range slices.Sorted(maps.Keys(check.Facts)) {
			fmt.Fprintf(s.out, "  %s: %v\n", fact, check.Facts[fact])
		}
	}
	if !ready.Ready {
		err = status(exitError)
	}
	return errors.Join(a.Close(), err)
}
