package app_test

import (
	"bytes"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"tabletalk/internal/app"
	"tabletalk/internal/config"
)

// What is kept secret stands nowhere in the data folder, goes on over a
// rotation beside the server, and opens with its own keys only.
func TestKeptSecrets(t *testing.T) {
	const canary = "sk-canary-7f1d9c"
	h := open(t)
	vault := h.app.Vault
	if err := vault.Put(t.Context(), app.Workspace, "model-key", []byte(canary)); err != nil {
		t.Fatal(err)
	}
	cfg := settings(t, h.dir)
	done, lost, err := app.RotateVault(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if done != 1 || lost != 0 || err != nil {
		t.Fatalf("%d, %d, %v", done, lost, err)
	}
	if got, err := vault.Get(t.Context(), app.Workspace, "model-key"); err != nil || string(got) != canary {
		t.Errorf("got %q, %v", got, err)
	}
	nowhere(t, h.dir, canary)
	path := filepath.Join(h.dir, "vault.json")
	if info, err := os.Stat(path); err != nil || (runtime.GOOS != "windows" && info.Mode().Perm() != 0o600) {
		t.Errorf("%v, %v", info, err)
	}

	// The database with the keys of another installation.
	h.web.Close()
	if err := h.app.Close(); err != nil {
		t.Fatal(err)
	}
	elsewhere := open(t, func(c *config.Config) {
		c.Data, c.VaultFile = h.dir, filepath.Join(t.TempDir(), "vault.json")
	})
	if got, err := elsewhere.app.Vault.Get(t.Context(), app.Workspace, "model-key"); !isFault(err, "secret_sealed") || got != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

// nowhere checks that no file of a folder holds a text.
func nowhere(t *testing.T, dir, text string) {
	t.Helper()
	looked := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		looked++
		content, err := os.ReadFile(path)
		if bytes.Contains(content, []byte(text)) {
			t.Errorf("%s holds it", path)
		}
		return err
	})
	if err != nil || looked < 2 {
		t.Errorf("looked at %d files, %v", looked, err)
	}
}

// A start with keys that cannot be read, or that others read, is refused.
func TestKeysOfTheVault(t *testing.T) {
	start := func(change func(*config.Config)) error {
		cfg := settings(t, t.TempDir())
		change(&cfg)
		a, err := app.New(t.Context(), cfg, slog.New(slog.DiscardHandler), app.WithWorkerCommand(os.Args[0], "engine-worker"))
		if err == nil {
			err = a.Close()
		}
		return err
	}
	if err := start(func(c *config.Config) { c.VaultKeys = "{}" }); !isFault(err, "vault_keys_invalid") {
		t.Error(err)
	}
	others := filepath.Join(t.TempDir(), "vault.json")
	if err := os.WriteFile(others, []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := start(func(c *config.Config) { c.VaultFile = others }); runtime.GOOS != "windows" && !isFault(err, "secret_readable") {
		t.Error(err)
	}
}
