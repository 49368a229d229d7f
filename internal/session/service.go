package session

import (
	"context"
	"log/slog"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"tabletalk/internal/fault"
)

// Limits of what people may give.
const (
	MaxName   = 200                       // characters of a name
	MaxExtend = 10 * 365 * 24 * time.Hour // how far away the end of a session may be put
)

const (
	unnamed    = "New session"
	attempts   = 5               // at a change that others also make
	batch      = 100             // ended sessions, or contents, of one look
	warnings   = 10_000          // sessions that end soon, likewise
	usualGrace = 5 * time.Minute // see Options.Grace
	usualEvery = time.Minute     // see Options.Every
	orphanAge  = time.Hour       // of content that no table came to name
	usualTTL   = 30 * 24 * time.Hour
)

// Contents knows the content that deleted tables leave behind.
type Contents interface {
	// ReleasedBlobs gives keys released before a time that no table names.
	ReleasedBlobs(ctx context.Context, before time.Time, limit int) ([]string, error)
	ForgetBlobs(ctx context.Context, keys []string) error
	// ReleaseBlobs releases those of the keys that no table names.
	ReleaseBlobs(ctx context.Context, keys []string) (released int, err error)
}

// Blobs finds and removes content that was last put before a time.
type Blobs interface {
	Older(ctx context.Context, before time.Time, each func(keys []string) error) error
	Expire(ctx context.Context, key string, before time.Time) (gone bool, err error)
}

// Options are what a Service is made of. Store is needed; without Contents
// and Blobs the content of deleted tables stays.
type Options struct {
	Store    Store
	Contents Contents
	Blobs    Blobs
	Log      *slog.Logger
	Most     int                                  // sessions of a person; 0 is no limit
	TTL      time.Duration                        // how long a session lives; 30 days
	Grace    time.Duration                        // how long content waits, for an upload of the same at that moment; five minutes
	Every    time.Duration                        // between two rounds of the janitor; a minute
	Now      func() time.Time                     // the clock
	Ticks    <-chan time.Time                     // instead of Every, for tests
	Gone     func(ctx context.Context, s Session) // told of every session that is gone: its workers and cached answers may go
	Warn     time.Duration                        // so long before its end Ending is told of a session; 0 is never
	Ending   func(ctx context.Context, s Session)
}

// Service is what may be done with sessions.
type Service struct {
	o      Options
	life   life
	warned map[string]time.Time // the end that was told of a session; of the janitor alone
}

// NewService makes a Service; Start begins its janitor.
func NewService(o Options) *Service {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Gone == nil {
		o.Gone = func(context.Context, Session) {}
	}
	o.TTL, o.Grace, o.Every = usual(o.TTL, usualTTL), usual(o.Grace, usualGrace), usual(o.Every, usualEvery)
	if o.Ending == nil {
		o.Warn = 0
	}
	return &Service{o: o, warned: map[string]time.Time{}}
}

func usual(d, otherwise time.Duration) time.Duration {
	if d == 0 {
		return otherwise
	}
	return d
}

// Create begins a session. Errors: name_too_long, name_invalid,
// too_many_sessions.
func (s *Service) Create(ctx context.Context, workspace, owner, name string) (*Session, error) {
	name, err := cleanName(name)
	if err != nil {
		return nil, err
	}
	if name == "" {
		name = unnamed
	}
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	now := s.now()
	v := Session{ID: id.String(), Workspace: workspace, Owner: owner, Name: name, Status: Active, Version: 1,
		CreatedAt: now, UpdatedAt: now, ExpiresAt: now.Add(s.o.TTL)}
	if err := s.o.Store.CreateSession(ctx, v, s.room()); err != nil {
		return nil, err
	}
	return &v, nil
}

// room refuses a session too many.
func (s *Service) room() func(owned int) error {
	if s.o.Most <= 0 {
		return nil
	}
	return func(owned int) error {
		if owned < s.o.Most {
			return nil
		}
		return fault.New(fault.Conflict, "too_many_sessions", "You have %d sessions, which is the most (max-user-sessions).", owned).
			WithHint("Delete one that is no longer needed.").At("session.Create")
	}
}

// Get gives an active session of the workspace. Error: session_not_found.
func (s *Service) Get(ctx context.Context, workspace, id string) (*Session, error) {
	return s.o.Store.Session(ctx, workspace, id)
}

// List gives the active sessions of the workspace that a person owns or
// shares, newest first; all of them for nobody in particular.
func (s *Service) List(ctx context.Context, workspace, person string, p Page) (list []Session, next string, err error) {
	return s.o.Store.Sessions(ctx, workspace, person, p)
}

// Rename gives a session another name. Errors: name_empty, name_too_long,
// name_invalid, session_not_found.
func (s *Service) Rename(ctx context.Context, workspace, id, name string) (*Session, error) {
	name, err := cleanName(name)
	if err != nil {
		return nil, err
	}
	if name == "" {
		return nil, fault.New(fault.Invalid, "name_empty", "A session needs a name.").At("session.Rename")
	}
	return s.change(ctx, workspace, id, func(v *Session) { v.Name = name })
}

// Extend lets a session live for a time from now on, or for its usual life
// where by is zero. It never shortens a life. Errors: extend_invalid,
// session_not_found.
func (s *Service) Extend(ctx context.Context, workspace, id string, by time.Duration) (*Session, error) {
	if by < 0 || by > MaxExtend {
		return nil, fault.New(fault.Invalid, "extend_invalid", "A session cannot be extended by that time.").
			WithHint("Give a time of up to ten years.").At("session.Extend")
	}
	end := s.now().Add(usual(by, s.o.TTL))
	return s.change(ctx, workspace, id, func(v *Session) {
		if end.After(v.ExpiresAt) {
			v.ExpiresAt = end
		}
	})
}

// change reads, changes and stores a session, again where somebody else
// changed it at the same time.
func (s *Service) change(ctx context.Context, workspace, id string, do func(*Session)) (*Session, error) {
	var last error
	for range attempts {
		v, err := s.o.Store.Session(ctx, workspace, id)
		if err != nil {
			return nil, err
		}
		do(v)
		if last = s.o.Store.UpdateSession(ctx, *v); last == nil {
			return s.o.Store.Session(ctx, workspace, id)
		}
		if !fault.Is(last, "session_changed") {
			return nil, last
		}
	}
	return nil, last
}

// Delete removes a session with everything it owns. The content of its tables
// goes with the janitor's next rounds, unless another session has the same.
// Error: session_not_found.
func (s *Service) Delete(ctx context.Context, workspace, id string) error {
	v, err := s.o.Store.Session(ctx, workspace, id)
	if err != nil {
		return err
	}
	return s.remove(ctx, *v)
}

func (s *Service) remove(ctx context.Context, v Session) error {
	if err := s.o.Store.DeleteSession(ctx, v.Workspace, v.ID); err != nil {
		return err
	}
	v.Status = Expired
	s.o.Gone(ctx, v)
	return nil
}

// now is the clock at the precision that is stored.
func (s *Service) now() time.Time { return s.o.Now().UTC().Truncate(time.Microsecond) }

// cleanName trims a name. Line breaks and other control characters are
// refused, for a name is shown in lists and logs.
func cleanName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if utf8.RuneCountInString(name) > MaxName {
		return "", fault.New(fault.Invalid, "name_too_long", "The name is longer than %d characters.", MaxName).At("session.cleanName")
	}
	if !utf8.ValidString(name) || strings.ContainsFunc(name, unprintable) {
		return "", fault.New(fault.Invalid, "name_invalid", "The name holds characters that cannot be shown.").
			WithHint("Leave out line breaks and control characters.").At("session.cleanName")
	}
	return name, nil
}

// unprintable are controls, and the marks that turn the direction of the text
// around them: with those a name could pose as another.
func unprintable(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || (r >= '\u202A' && r <= '\u202E') || (r >= '\u2066' && r <= '\u2069')
}
