package app

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"runtime"
	"strings"

	"tabletalk/internal/fault"
)

// secrets gives the secrets of the installation, the newest first: of the
// setting, or of the file, which is made where there is none. Errors:
// secret_weak, secret_readable.
func (a *App) secrets() ([][]byte, error) {
	if text := a.cfg.Secret.Reveal(); text != "" {
		return strongSecrets(strings.Split(text, ","))
	}
	path := a.cfg.SecretPath()
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
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // it never fails
	text := base64.RawURLEncoding.EncodeToString(raw)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		_, err = f.WriteString(text + "\n")
		err = errors.Join(err, f.Sync(), f.Close())
	}
	if err != nil {
		return nil, fault.New(fault.Unavailable, "secret_unwritable", "The secret file cannot be written.").WithHint("Check --data and --secret-file.").At("app.secrets").Because(err)
	}
	return [][]byte{[]byte(text)}, nil
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
