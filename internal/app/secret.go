package app

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
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
	file := secretFile(c)
	text, err := file.read()
	if err != nil {
		return nil, err
	}
	if text == nil {
		text = []byte(newSecret() + "\n")
		if err := file.write(text); err != nil {
			return nil, err
		}
	}
	return strongSecrets(strings.Split(string(text), "\n"))
}

func secretFile(c *config.Config) private { return private{c.SecretPath(), "secret-file"} }

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
	return secretFile(c).write(append(bytes.Join(lines, []byte("\n")), '\n'))
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
