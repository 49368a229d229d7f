package account

import (
	"context"
	"time"

	"tabletalk/internal/session"
)

// Role is what a user may do in the workspace.
type Role string

// The roles. An administrator administers users; sessions of others are as
// closed to one as to everybody.
const (
	Admin  Role = "admin"
	Member Role = "member"
)

// User is a person with an account, in one workspace.
type User struct {
	ID        string
	Workspace string
	Email     string
	Name      string
	Role      Role
	Active    bool
	Password  string // its hash; empty where none was set yet
	Subject   string // who this is at an OpenID provider; empty where nobody
	CreatedAt time.Time
	UpdatedAt time.Time
	SeenAt    time.Time // of the newest login; zero before the first
}

// Login is one place where a user is logged in.
type Login struct {
	ID        string
	UserID    string
	Agent     string // what the program there calls itself
	Address   string // where it came from, hashed
	CreatedAt time.Time
	UsedAt    time.Time
	IdleUntil time.Time // ends then if nothing is exchanged before
	ExpiresAt time.Time // ends then in any case
}

// Scope is what a key opens; each includes those before it.
type Scope string

// The scopes.
const (
	ScopeRead  Scope = "read"
	ScopeAsk   Scope = "ask"
	ScopeWrite Scope = "write"
	ScopeAdmin Scope = "admin"
)

// Includes reports whether a key of the scope opens what another asks for.
func (s Scope) Includes(other Scope) bool {
	order := map[Scope]int{ScopeRead: 1, ScopeAsk: 2, ScopeWrite: 3, ScopeAdmin: 4}
	return order[s] >= order[other] && order[other] > 0
}

// Key lets a program in as the user who made it.
type Key struct {
	ID        string
	UserID    string
	Name      string
	Hash      string
	Hint      string // its last characters, to tell keys apart
	Scope     Scope
	CreatedAt time.Time
	UsedAt    time.Time // zero before the first use
	ExpiresAt time.Time
}

// Purpose is what a one-time link is for.
type Purpose string

// The purposes.
const (
	SetUp  Purpose = "setup"  // makes the first administrator
	Invite Purpose = "invite" // lets somebody register
	Reset  Purpose = "reset"  // sets a password
	Ticket Purpose = "ticket" // opens one event stream or download
)

// Link is a secret that works once.
type Link struct {
	ID        string
	Hash      string
	Purpose   Purpose
	Workspace string
	UserID    string // of a reset or a ticket
	LoginID   string // of a ticket
	Email     string // of an invitation for one person only
	Role      Role   // of an invitation
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Exchange is one exchange of a long token: both by their hashes.
type Exchange struct {
	Old, New  string
	Now       time.Time
	Grace     time.Duration // so long after it the same exchange may be made again
	IdleUntil time.Time
}

// Exchanged says how an exchange ended.
type Exchanged struct {
	LoginID string
	User    User
	Reused  bool // the login is over
}

// Workspace is what people share, apart from others.
type Workspace struct{ ID, Name string }

// Users keeps people. Errors: user_not_found; email_taken; last_admin where a
// workspace would be left without an active administrator.
type Users interface {
	// AddUser stores a user and uses a link up, where one is named, both or
	// neither. With takeOver the sessions of the local user are theirs.
	AddUser(ctx context.Context, u User, link string, takeOver bool) error
	User(ctx context.Context, id string) (*User, error)
	UserByEmail(ctx context.Context, email string) (*User, error)
	UserBySubject(ctx context.Context, subject string) (*User, error)
	Users(ctx context.Context, workspace string, p session.Page) (list []User, next string, err error)
	// ChangeUser stores name, email, role, active, password and subject.
	ChangeUser(ctx context.Context, u User) error
	// SetPassword stores a password's hash, uses a link up, and ends all
	// logins but one.
	SetPassword(ctx context.Context, id, hash, link, keepLogin string) error
	DeleteUser(ctx context.Context, id string) error
	// Workspace gives the id of the workspace with a name, a new one where
	// there is none.
	Workspace(ctx context.Context, name string) (id string, err error)
	// Workspaces lists them all, oldest first.
	Workspaces(ctx context.Context) ([]Workspace, error)
	// Administrators counts the active ones of a workspace.
	Administrators(ctx context.Context, workspace string) (int, error)
}

// Logins keeps who is logged in where. Error: login_not_found.
type Logins interface {
	AddLogin(ctx context.Context, l Login, hash string) error
	// Exchange makes one long token of another. One that is unknown is
	// login_not_found; one that was exchanged before ends its login.
	Exchange(ctx context.Context, x Exchange) (*Exchanged, error)
	// Standing gives the user of a login that is not over, if active.
	Standing(ctx context.Context, loginID string) (*User, error)
	LoginsOf(ctx context.Context, userID string) ([]Login, error)
	EndLogin(ctx context.Context, userID, loginID string) error
	EndLogins(ctx context.Context, userID string) error
	// ForgetEnded removes logins, links and keys whose time is over.
	ForgetEnded(ctx context.Context) error
}

// Keys keeps keys for programs. Error: key_not_found.
type Keys interface {
	AddKey(ctx context.Context, k Key, most int) error // too_many_keys
	// KeyByHash gives a key that is not over, with its user, if active.
	KeyByHash(ctx context.Context, hash string) (*Key, *User, error)
	KeysOf(ctx context.Context, userID string) ([]Key, error)
	UsedKey(ctx context.Context, id string) error
	DeleteKey(ctx context.Context, userID, id string) error
}

// Links keeps one-time links. Error: link_invalid.
type Links interface {
	// AddLink stores a link in place of earlier ones of the same purpose and
	// user; invitations and tickets stand beside each other.
	AddLink(ctx context.Context, l Link) error
	// Link gives a link that was not used and is not over; TakeLink uses it up.
	Link(ctx context.Context, hash string, purpose Purpose) (*Link, error)
	TakeLink(ctx context.Context, hash string, purpose Purpose) (*Link, error)
	Invitations(ctx context.Context, workspace string) ([]Link, error)
	DeleteInvitation(ctx context.Context, workspace, id string) error
}

// Store is what accounts need of a database.
type Store interface {
	Users
	Logins
	Keys
	Links
}

// Caller is who asks, as a token, a key or a ticket told.
type Caller struct {
	User    User
	LoginID string // of a token or a ticket
	KeyID   string // of a key
	Scope   Scope  // of a key
}
