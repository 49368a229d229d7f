package config

import (
	"fmt"
	"log/slog"
	"net/url"
	"strings"
)

// Secret is a text that never prints itself: not with %v, not in JSON, not in
// a log. Reveal gives it to the one who needs it.
type Secret string

const mask = "******"

// Reveal gives the secret itself.
func (s Secret) Reveal() string { return string(s) }

// String gives a mask. Of the address of a server, scheme, host and path are
// shown where they certainly hold no secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	u, err := url.Parse(string(s))
	if err != nil || u.Host == "" || strings.Count(string(s), "@") > 1 || (u.User == nil && strings.Contains(string(s), "@")) {
		return mask
	}
	switch u.Scheme {
	case "postgres", "postgresql", "redis", "rediss", "s3":
	default:
		return mask
	}
	shown := u.Scheme + "://"
	if u.User != nil {
		shown += mask + "@"
	}
	shown += u.Host + u.EscapedPath()
	if u.RawQuery != "" || u.Fragment != "" {
		shown += "?" + mask
	}
	return shown
}

// Format masks every verb, %#v and %x included.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }

// MarshalText masks the secret in JSON and elsewhere.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue masks the secret in logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
