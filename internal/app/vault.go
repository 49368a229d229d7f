package app

import (
	"context"
	"log/slog"
	"time"

	"tabletalk/internal/config"
	"tabletalk/internal/fault"
	"tabletalk/internal/store"
	"tabletalk/internal/vault"
)

// makeVault makes what keeps the secrets of workspaces.
func (a *App) makeVault(context.Context) (err error) {
	a.Vault, err = vault.New(a.store, func() (*vault.Keys, error) { return vaultKeys(&a.cfg) }, time.Now)
	return err
}

// vaultKeys gives the keys that secrets are sealed with: of the setting, or of
// the file, which is made where there is none. Errors: vault_keys_invalid,
// and those of private.
func vaultKeys(c *config.Config) (*vault.Keys, error) {
	if c.VaultKeys != "" {
		return readVaultKeys([]byte(c.VaultKeys.Reveal()))
	}
	file := vaultFile(c)
	text, err := file.read()
	if err != nil {
		return nil, err
	}
	if text != nil {
		return readVaultKeys(text)
	}
	keys, err := vault.NewKeys()
	if err != nil {
		return nil, err
	}
	return keys, writeVaultKeys(file, keys)
}

func vaultFile(c *config.Config) private { return private{c.VaultPath(), "vault-file"} }

func readVaultKeys(text []byte) (*vault.Keys, error) {
	keys, err := vault.ReadKeys(text)
	if err != nil {
		return nil, fault.New(fault.Invalid, "vault_keys_invalid", "The keys that secrets are sealed with cannot be read.").
			WithHint("Put back the file of --vault-file, or what --vault-keys was. Without them what is kept sealed is lost.").At("app.vaultKeys").Because(err)
	}
	return keys, nil
}

func writeVaultKeys(file private, keys *vault.Keys) error {
	text, err := keys.Text()
	if err != nil {
		return err
	}
	return file.write(text)
}

// RotateVault adds a key to the file and seals what is stored with it, beside
// a server that may run. It gives how many secrets were sealed again, and how
// many none of the keys opens. Errors: vault_keys_set, and those of the file
// and the database.
func RotateVault(ctx context.Context, c config.Config, log *slog.Logger) (done, lost int, err error) {
	if c.VaultKeys != "" {
		return 0, 0, fault.New(fault.Invalid, "vault_keys_set", "The keys that secrets are sealed with are set by --vault-keys, not by a file.").
			WithHint("Write them into the file of --vault-file first.").At("app.RotateVault")
	}
	keys, err := vaultKeys(&c)
	if err != nil {
		return 0, 0, err
	}
	if keys, err = keys.Rotated(); err != nil {
		return 0, 0, err
	}
	// First the file: what is sealed with a key that is nowhere is lost.
	if err := writeVaultKeys(vaultFile(&c), keys); err != nil {
		return 0, 0, err
	}
	db, err := store.Open(ctx, c.Database(), log)
	if err != nil {
		return 0, 0, err
	}
	defer db.Close() //nolint:errcheck // what was written is on disk
	v, err := vault.New(db, func() (*vault.Keys, error) { return keys, nil }, time.Now)
	if err != nil {
		return 0, 0, err
	}
	return v.Reseal(ctx)
}
