package account

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"tabletalk/internal/fault"
	"tabletalk/internal/session"
)

// Registration says who may make an account for themselves.
type Registration string

// Who may register.
const (
	Open   Registration = "open"
	ByLink Registration = "invite"
	Closed Registration = "closed"
)

// Limiter slows down. Take gives how long the caller has to wait, zero where
// it may go on: burst at once, then as many over each period.
//
// What is right is given back, so that only guesses count.
type Limiter interface {
	Take(ctx context.Context, key string, burst int, per time.Duration) (wait time.Duration)
	// Return gives one back that was taken.
	Return(ctx context.Context, key string, burst int, per time.Duration)
	Forget(ctx context.Context, key string)
}

// Sessions is the data that goes with its owner.
type Sessions interface {
	// DeleteOwned removes all sessions of a person.
	DeleteOwned(ctx context.Context, workspace, owner string) error
}

// Post delivers a link to a mailbox.
type Post interface {
	Send(ctx context.Context, to string, purpose Purpose, token string, until time.Time) error
}

// Event is something about an account that is worth keeping.
type Event struct {
	Action    string
	Workspace string
	Actor     string // the user's id; empty where nobody is known
	Object    string
	Failed    bool
}

// Options are what a Service is made of. Store, Keyring and Slow are needed;
// zero takes the default.
type Options struct {
	Store        Store
	Keyring      *Keyring
	Slow         Limiter
	Sessions     Sessions
	Post         Post // nil where no mail can be sent
	Hasher       *Hasher
	Log          *slog.Logger
	Now          func() time.Time
	Told         func(ctx context.Context, e Event)
	Registration Registration
	AccessLife   time.Duration // of a short token; 30 minutes
	IdleLife     time.Duration // of a login that nobody uses; 30 days
	LoginLife    time.Duration // of a login; 90 days
	LinkLife     time.Duration // of a link; 24 hours
	Attempts     int           // passwords that may be tried for an account from one place in a quarter of an hour; 10
	Keys         int           // most keys of a user; 50
}

// The times that are no settings.
const (
	grace      = 10 * time.Second // for an exchange whose answer was lost
	freshness  = 2 * time.Second  // of what is known about a login
	ticketLife = 30 * time.Second
	window     = 15 * time.Minute // over which attempts are counted
	keyTouch   = time.Minute      // between two notes of a key's use
	remembered = 100_000          // callers at most
)

// Service is what may be done with accounts.
type Service struct {
	o      Options
	common func() map[string]bool

	mu    sync.RWMutex
	known map[string]standing
}

// standing is what was known of a login or key at a time.
type standing struct {
	caller Caller
	at     time.Time
}

// NewService makes a Service.
func NewService(o Options) *Service {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Hasher == nil {
		o.Hasher = NewHasher(4)
	}
	if o.Told == nil {
		o.Told = func(context.Context, Event) {}
	}
	if o.Registration == "" {
		o.Registration = Open
	}
	o.AccessLife, o.IdleLife = usual(o.AccessLife, 30*time.Minute), usual(o.IdleLife, 30*24*time.Hour)
	o.LoginLife, o.LinkLife = usual(o.LoginLife, 90*24*time.Hour), usual(o.LinkLife, 24*time.Hour)
	o.Attempts, o.Keys = usual(o.Attempts, 10), usual(o.Keys, 50)
	return &Service{o: o, common: sync.OnceValue(commonPasswords), known: map[string]standing{}}
}

func usual[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// Registration says who may register.
func (s *Service) Registration() Registration { return s.o.Registration }

// MailsLinks reports whether a forgotten password can be mended by mail.
func (s *Service) MailsLinks() bool { return s.o.Post != nil }

// now is the clock at the precision that is stored.
func (s *Service) now() time.Time { return s.o.Now().UTC().Truncate(time.Microsecond) }

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// User gives a user of a workspace. Error: user_not_found.
func (s *Service) User(ctx context.Context, workspace, id string) (*User, error) {
	u, err := s.o.Store.User(ctx, id)
	if err == nil && u.Workspace != workspace {
		err = noUser()
	}
	if err != nil {
		return nil, err
	}
	return u, nil
}

// Workspace gives the id of the workspace with a name, and makes it where there
// is none: for the operator of the installation.
func (s *Service) Workspace(ctx context.Context, name string) (id string, err error) {
	if name, err = cleanName(name, "default"); err != nil {
		return "", err
	}
	return s.o.Store.Workspace(ctx, name)
}

// Workspaces lists all workspaces, oldest first: for the operator of the
// installation.
func (s *Service) Workspaces(ctx context.Context) ([]Workspace, error) {
	return s.o.Store.Workspaces(ctx)
}

// Find gives the user with an address, in whatever workspace: for the operator
// of the installation. Error: user_not_found.
func (s *Service) Find(ctx context.Context, email string) (*User, error) {
	return s.o.Store.UserByEmail(ctx, email)
}

// UserAt gives the active user of a workspace with an address. Error:
// user_not_found.
func (s *Service) UserAt(ctx context.Context, workspace, email string) (*User, error) {
	u, err := s.o.Store.UserByEmail(ctx, email)
	if err == nil && (u.Workspace != workspace || !u.Active) {
		err = noUser()
	}
	if err != nil {
		return nil, err
	}
	return u, nil
}

// Users lists the users of a workspace, newest first.
func (s *Service) Users(ctx context.Context, workspace string, p session.Page) ([]User, string, error) {
	return s.o.Store.Users(ctx, workspace, p)
}

func noUser() error {
	return fault.New(fault.NotFound, "user_not_found", "There is no such user.").WithHint("Check the address, or ask an administrator to invite them.")
}

// recall gives what is known of a login or key, where that is fresh.
func (s *Service) recall(key string) (Caller, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	v, ok := s.known[key]
	return v.caller, ok && s.o.Now().Sub(v.at) < freshness
}

func (s *Service) remember(key string, c Caller) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.known) >= remembered {
		clear(s.known)
	}
	s.known[key] = standing{caller: c, at: s.o.Now()}
}

// forget makes this process ask the database again about everybody; others do
// so within freshness.
func (s *Service) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.known)
}
