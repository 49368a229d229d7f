package account

import (
	"context"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"github.com/trustelem/zxcvbn/frequency"
	"golang.org/x/text/unicode/norm"

	"tabletalk/internal/fault"
)

// Bounds of a password. There are no rules about what it is made of: they make
// worse passwords.
const (
	MinPassword = 8    // characters
	MaxPassword = 1024 // bytes
)

// hashWait is how long a login waits for its turn to be checked.
const hashWait = 5 * time.Second

// cost is what one check of a password takes: 19 MiB and two passes.
func cost() *argon2id.Params {
	return &argon2id.Params{Memory: 19456, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// Hasher hashes and checks passwords, a few at once: each takes 19 MiB.
type Hasher struct {
	turns chan struct{}
	wait  time.Duration
	dummy func() (string, error) // the hash of a password that nobody has
	done  func()                 // told of every check, for tests
}

// NewHasher makes a Hasher that does so many at once.
func NewHasher(atOnce int) *Hasher {
	return &Hasher{turns: make(chan struct{}, max(atOnce, 1)), wait: hashWait, done: func() {},
		dummy: sync.OnceValues(func() (string, error) { return argon2id.CreateHash(newSecret(), cost()) })}
}

// Hash gives what is stored of a password. Error: login_busy.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return argon2id.CreateHash(norm.NFC.String(password), cost())
}

// Check reports whether the password is the one of the hash, and whether the
// hash should be made again at today's cost. Without a hash the same work is
// done for nothing, so that nobody can tell by the time. Error: login_busy.
func (h *Hasher) Check(ctx context.Context, password, hash string) (right, outdated bool, err error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return false, false, err
	}
	defer leave()
	nobody := hash == ""
	if nobody {
		if hash, err = h.dummy(); err != nil {
			return false, false, err
		}
	}
	if len(password) > MaxPassword {
		password = password[:MaxPassword]
		nobody = true
	}
	ok, params, err := argon2id.CheckHash(norm.NFC.String(password), hash)
	h.done()
	if err != nil {
		return false, false, err
	}
	return ok && !nobody, *params != *cost(), nil
}

func (h *Hasher) enter(ctx context.Context) (leave func(), err error) {
	leave = func() { <-h.turns }
	select {
	case h.turns <- struct{}{}:
		return leave, nil
	default:
	}
	timer := time.NewTimer(h.wait)
	defer timer.Stop()
	select {
	case h.turns <- struct{}{}:
		return leave, nil
	case <-timer.C:
		return nil, fault.New(fault.TooMany, "login_busy", "Too many people are logging in at this moment.").WithHint("Try again in a few seconds.")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// checkNew says whether somebody may have a password. Errors:
// password_too_short, password_too_long, password_common.
func (s *Service) checkNew(password, email, name string) error {
	const op = "account.checkNew"
	plain := strings.ToLower(norm.NFC.String(password))
	mailbox, _, _ := strings.Cut(strings.ToLower(email), "@")
	switch {
	case utf8.RuneCountInString(password) < MinPassword:
		return fault.New(fault.Invalid, "password_too_short", "A password needs at least %d characters.", MinPassword).
			WithHint("Several words in a row are easy to remember and hard to guess.").At(op)
	case len(password) > MaxPassword:
		return fault.New(fault.Invalid, "password_too_long", "A password may have at most %d bytes.", MaxPassword).At(op)
	case !utf8.ValidString(password):
		return fault.New(fault.Invalid, "password_invalid", "The password is no valid text.").At(op)
	case s.common()[plain] || plain == strings.ToLower(email) || plain == mailbox || plain == strings.ToLower(name) || sameAllOver(plain):
		return fault.New(fault.Invalid, "password_common", "That password is among the first that anybody would try.").
			WithHint("Choose another one; several words in a row are easy to remember and hard to guess.").At(op)
	}
	return nil
}

// sameAllOver reports whether a text is one character again and again.
func sameAllOver(text string) bool {
	first, size := utf8.DecodeRuneInString(text)
	return strings.Trim(text[size:], string(first)) == ""
}

// commonPasswords gives the 30,000 passwords that people choose most.
func commonPasswords() map[string]bool {
	list := frequency.FrequencyLists["passwords"]
	set := make(map[string]bool, len(list))
	for _, p := range list {
		if len(p) >= MinPassword {
			set[p] = true
		}
	}
	return set
}
