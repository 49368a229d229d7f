package cli

import (
	"context"
	"fmt"
	"io"

	"tabletalk/internal/app"
	"tabletalk/internal/config"
)

type keysCommand struct {
	Action   string        `arg:"" enum:"rotate" help:"rotate: a new secret signs tokens from the next start on, those of the one before are believed until they end; and a new key encrypts what is kept secret."`
	Which    string        `arg:"" optional:"" default:"all" enum:"all,tokens,vault" help:"tokens, vault or all."`
	Settings config.Config `embed:""`
}

// Run writes the new secrets.
func (c *keysCommand) Run(ctx context.Context, s *streams) error {
	settings, err := c.Settings.Absolute()
	if err != nil {
		return err
	}
	if c.Which != "vault" && (c.Which == "tokens" || settings.Secret == "" || settings.VaultKeys != "") { // what a setting holds is rotated there
		if err := app.RotateSecret(&settings); err != nil {
			return err
		}
		fmt.Fprintln(s.out, "A new secret signs tokens from the next start on. Rotate again to forget the one before.")
	}
	if c.Which == "tokens" || (c.Which == "all" && settings.VaultKeys != "") {
		return nil
	}
	done, lost, err := app.RotateVault(ctx, settings, s.logger(&settings, true))
	if err != nil {
		return err
	}
	tellVault(s.out, done, lost)
	return nil
}

func tellVault(out io.Writer, done, lost int) {
	fmt.Fprintf(out, "A new key encrypts what is kept secret; encrypted again: %d.\n", done)
	if lost > 0 {
		fmt.Fprintf(out, "Encrypted by keys that are not in the file, and left as they are: %d.\n", lost)
	}
}
