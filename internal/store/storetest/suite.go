package storetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"tabletalk/internal/account"
	"tabletalk/internal/audit"
	"tabletalk/internal/conversation"
	"tabletalk/internal/dataset"
	"tabletalk/internal/definition"
	"tabletalk/internal/fault"
	"tabletalk/internal/job"
	"tabletalk/internal/session"
	"tabletalk/internal/vault"
)

// Store is everything that a database of the product does.
type Store interface {
	session.Store
	dataset.Store
	conversation.Store
	conversation.Ledger
	definition.Store
	definition.Source
	session.Idempotency
	job.Store
	account.Store
	audit.Store
	vault.Store
	// What the API lists and changes without a noun in between.
	Conversations(ctx context.Context, sessionID string, p session.Page) (list []conversation.Conversation, next string, err error)
	RenameConversation(ctx context.Context, sessionID, id, name string) error
	DeleteConversation(ctx context.Context, sessionID, id string) error
	Queries(ctx context.Context, sessionID, conversationID string, p session.Page) (list []conversation.Answer, next string, err error)
	RaiseVersion(ctx context.Context, workspace, id string) error
	BlobKeysInUse(ctx context.Context, keys []string) ([]string, error)
	ReleasedBlobs(ctx context.Context, before time.Time, limit int) ([]string, error)
	ForgetBlobs(ctx context.Context, keys []string) error
	ForgetReplies(ctx context.Context) error
	Ready(ctx context.Context) error
	Close() error
}

// Database is one kind of database under test.
type Database struct {
	// New gives the address of an empty database.
	New func(t *testing.T) string
	// Open opens it with a clock.
	Open func(t *testing.T, url string, now func() time.Time) Store
}

// promise is one thing that a store does.
type promise struct {
	name string
	run  func(*testing.T, *bench)
}

func ofAccounts() []promise {
	return []promise{
		{"users/life", userLife},
		{"users/of two at once one gets the address", addressOnce},
		{"users/the last administrator stays", lastAdministrator},
		{"users/workspaces by name", workspacesByName},
		{"users/the first takes over", takeOver},
		{"logins/exchange", exchange},
		{"logins/reuse ends the login", reuse},
		{"logins/of two exchanges at once both give the same", exchangeAtOnce},
		{"logins/end", endLogins},
		{"keys/life", keyLife},
		{"links/work once", linkOnce},
		{"links/invitations", invitations},
		{"passwords/end other logins", setPassword},
		{"shares/rights", rights},
		{"audit/filters", auditFilters},
		{"files/claims", claims},
		{"secrets/life", secrets},
	}
}

// Run runs the suite.
func Run(t *testing.T, d Database) {
	tests := append(ofAccounts(), []promise{
		{"sessions/create and read", createAndRead},
		{"sessions/foreign and ended ones are missing", endedSessionsAreMissing},
		{"sessions/bounded", boundedSessions},
		{"sessions/update", updateSession},
		{"sessions/update after another", updateAfterAnother},
		{"sessions/ended", endedSessions},
		{"sessions/pages", sessionPages},
		{"sessions/pages with equal times", sessionPagesWithTies},
		{"sessions/bad cursors", badCursors},
		{"sessions/delete takes everything", deleteTakesEverything},
		{"sessions/version", versions},
		{"files/add and read", addFileAndRead},
		{"files/all or nothing", addFileAllOrNothing},
		{"files/table names", tableNames},
		{"files/of a missing session", filesOfMissingSession},
		{"files/pages with tables", filePages},
		{"files/delete", deleteFile},
		{"files/profile", profile},
		{"files/types of statistics", typesOfStatistics},
		{"files/hostile text", hostileText},
		{"versions/change and restore", changeAndRestore},
		{"versions/of two at once one wins", changeTwice},
		{"versions/batches make one", amend},
		{"versions/content is kept as long as a version", contentOfVersions},
		{"versions/the same content", sameContent},
		{"jobs/life", jobLife},
		{"jobs/of the dead", jobsOfTheDead},
		{"jobs/profiles", profileJobs},
		{"jobs/cancel", cancelJobs},
		{"blobs/in use", blobsInUse},
		{"blobs/released", blobsReleased},
		{"blobs/of no table", blobsOfNoTable},
		{"conversations/life", conversationLife},
		{"conversations/pages", conversationPages},
		{"conversations/begin with an answer", beginConversation},
		{"queries/answer comes back whole", answerComesBack},
		{"queries/types of values", typesOfValues},
		{"queries/pages", queryPages},
		{"queries/large answers make short pages", largeAnswers},
		{"queries/turns", turns},
		{"queries/feedback", feedback},
		{"queries/must belong", queriesMustBelong},
		{"definitions/life", definitionLife},
		{"definitions/scopes", definitionScopes},
		{"definitions/pages", definitionPages},
		{"model/what was sent", whatWasSent},
		{"model/what may be sent", whatMayBeSent},
		{"model/what is held", whatIsHeld},
		{"idempotency/second request", secondRequest},
		{"idempotency/another body", anotherBody},
		{"idempotency/at once", attemptsAtOnce},
		{"idempotency/abandon", abandon},
		{"idempotency/a day later", aDayLater},
		{"idempotency/dead request", deadRequest},
		{"idempotency/bad keys", badKeys},
		{"a restart keeps everything", restart},
		{"many writers and readers", manyAtOnce},
		{"the same content comes and goes at once", comeAndGo},
		{"an ended context", endedContext},
	}...)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { test.run(t, newBench(t, d)) })
	}
}

// bench is a store in an empty database, with a clock that stands still.
type bench struct {
	Store
	database Database
	url      string
	clock    *clock
	ctx      context.Context
}

func newBench(t *testing.T, d Database) *bench {
	t.Helper()
	b := &bench{database: d, url: d.New(t), ctx: t.Context(),
		clock: &clock{t: time.Date(2025, 3, 30, 12, 0, 0, 123456000, time.UTC)}}
	b.Store = d.Open(t, b.url, b.clock.now)
	t.Cleanup(func() { _ = b.Close() })
	return b
}

type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

func id() string { return uuid.Must(uuid.NewV7()).String() }

// session makes a stored session that ends in a day.
func (b *bench) session(t *testing.T) session.Session {
	t.Helper()
	now := b.clock.now()
	s := session.Session{ID: id(), Workspace: session.DefaultWorkspace, Owner: session.LocalOwner, Name: "Sales",
		Status: session.Active, Version: 1, CreatedAt: now, UpdatedAt: now, ExpiresAt: now.Add(24 * time.Hour)}
	ok(t, b.CreateSession(b.ctx, s, nil))
	return s
}

func (b *bench) conversation(t *testing.T, sessionID string) conversation.Conversation {
	t.Helper()
	now := b.clock.now()
	c := conversation.Conversation{ID: id(), SessionID: sessionID, Name: "First", CreatedAt: now, UpdatedAt: now}
	ok(t, b.BeginConversation(b.ctx, session.DefaultWorkspace, c))
	return c
}

// file makes an unstored file with a table of each name.
func (b *bench) file(sessionID string, names ...string) dataset.File {
	now := b.clock.now()
	f := dataset.File{ID: id(), SessionID: sessionID, Name: "sales.csv", Size: 22, SHA256: "aa", Status: dataset.Completed, Version: 1, Kind: dataset.Uploaded,
		Tables: []dataset.Table{}, CreatedAt: now, UpdatedAt: now}
	for _, name := range names {
		f.Tables = append(f.Tables, dataset.Table{ID: id(), SessionID: sessionID, FileID: f.ID, Name: name, Rows: 3,
			SHA256: "bb", Bytes: 7, BlobKey: "tables/" + name + ".parquet", IndexKey: "indexes/" + name, CreatedAt: now})
	}
	return f
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected error: %v", err)
	}
}

// wants checks the stable code of an error.
func wants(t *testing.T, err error, code string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %s", code)
	}
	if !fault.Is(err, code) {
		t.Fatalf("error %q (%s), want %s", err, fault.Of(err).Code, code)
	}
}

func same(t *testing.T, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("differs (-want +got):\n%s", d)
	}
}
