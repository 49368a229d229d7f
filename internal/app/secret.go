package app

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"tabletalk/internal/config"
	"tabletalk/internal/fault"
)

// secrets gives the secrets of the installation, the newest first: of the
// setting, or of the file, which is made where there is none. Errors:
// secret_weak, secret_readable.
func secrets(c *config.Config) ([][]byte, error) {
	if text := c.Secret.Reveal(); text != "" {
		return strongSecrets(strings.Split(text, ","))
	}
	path := c.SecretPath()
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return makeSecret(path)
	}
	if err != nil {
		return nil, unreadableSecret(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fault.New(fault.Invalid, "secret_readable", "Others on this machine can read the secret file %s.", path).
			WithHint("Take the rights of others away: chmod 600. Who has read it can make tokens; put a new secret in its place.").At("app.secrets")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, unreadableSecret(err)
	}
	return strongSecrets(strings.Split(string(text), "\n"))
}

func unreadableSecret(err error) error {
	return fault.New(fault.Unavailable, "secret_unreadable", "The secret file cannot be read.").WithHint("Check --secret-file and its rights.").At("app.secrets").Because(err)
}

// makeSecret writes a file with a new secret, whole or not at all.
func makeSecret(path string) ([][]byte, error) {
	text := newSecret()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, unwritableSecret(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		_, err = f.WriteString(text + "\n")
		err = errors.Join(err, f.Sync(), f.Close())
	}
	if err != nil {
		return nil, unwritableSecret(err)
	}
	return [][]byte{[]byte(text)}, nil
}

func newSecret() string {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // it never fails
	return base64.RawURLEncoding.EncodeToString(raw)
}

// keptSecrets is how many secrets a file holds: the one that signs, and the
// one before, whose tokens are still believed.
const keptSecrets = 2

// RotateSecret puts a new secret before the one of the file, whole or not at
// all: it signs from the next start on, and tokens of the one before are
// believed until they end. Errors: secret_set, and those of reading it.
func RotateSecret(c *config.Config) error {
	if c.Secret != "" {
		return fault.New(fault.Invalid, "secret_set", "The secret is set by --secret, not by a file.").
			WithHint("Put a new one before it there, with a comma between.").At("app.RotateSecret")
	}
	old, err := secrets(c)
	if err != nil {
		return err
	}
	lines := append([][]byte{[]byte(newSecret())}, old[:min(len(old), keptSecrets-1)]...)
	path := c.SecretPath()
	temp := path + ".new"
	if err := os.WriteFile(temp, append(bytes.Join(lines, []byte("\n")), '\n'), 0o600); err != nil {
		return unwritableSecret(err)
	}
	if err := os.Rename(temp, path); err != nil {
		return unwritableSecret(err)
	}
	return nil
}

func unwritableSecret(err error) error {
	return fault.New(fault.Unavailable, "secret_unwritable", "The secret file cannot be written.").WithHint("Check --data and --secret-file.").At("app.secrets").Because(err)
}

func strongSecrets(list []string) (out [][]byte, err error) {
	for _, text := range list {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		if weakSecret(text) {
			return nil, fault.New(fault.Invalid, "secret_weak", "The secret can be guessed: tokens would be worth nothing.").
				WithHint("Take 32 random characters or more, for example from: openssl rand -base64 32").At("app.secrets")
		}
		out = append(out, []byte(text))
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "secret_weak", "The secret is empty.").WithHint("Take 32 random characters or more, for example from: openssl rand -base64 32").At("app.secrets")
	}
	return out, nil
}

// weakSecret reports whether a secret is short, hardly varied, or one that
// somebody wrote by hand.
func weakSecret(text string) bool {
	if len(text) < 32 {
		return true
	}
	different := map[byte]bool{}
	for _, c := range []byte(text) {
		different[c] = true
	}
	lower := bytes.ToLower([]byte(text))
	for _, word := range []string{"secret", "changeme", "change-me", "change_me", "password", "example", "default", "insecure", "tabletalk", "0123456789", "abcdefgh"} {
		if bytes.Contains(lower, []byte(word)) {
			return true
		}
	}
	return len(different) < 10
}
