package dataset

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"

	"tabletalk/internal/blob"
	"tabletalk/internal/catalog"
	"tabletalk/internal/engine"
	"tabletalk/internal/event"
	"tabletalk/internal/ingest"
	"tabletalk/internal/session"
)

// Sessions is what data needs to know of sessions. A missing, expired or
// foreign session is not_found.
type Sessions interface {
	Session(ctx context.Context, workspace, id string) (*session.Session, error)
}

// Teacher tells a catalog what people defined about its tables. It copies the
// columns that it changes.
type Teacher interface {
	Teach(ctx context.Context, workspace, sessionID string, c *catalog.Catalog) error
}

// Limits are named settings; zero takes the default.
type Limits struct {
	UploadBytes    int64         // max-upload-bytes, 2 GiB: of one file
	Ingest         ingest.Limits // max-columns, max-line-bytes, max-unpacked-bytes
	ImportTimeout  time.Duration // import-timeout, 10 minutes: to read one file
	ProfileTimeout time.Duration // profile-timeout, 10 minutes: for one table
	OpenSessions   int           // open-sessions, 64: kept in memory with their value indexes
	Profiles       int           // max-profiles, 1: computed at once in the background
	ProfileJobRows int64         // profile-job-rows, 200,000: from so many rows on a job computes the profile
	SessionBytes   int64         // max-session-bytes: stored in one session; 0 is no limit
	WorkspaceBytes int64         // max-workspace-bytes: stored in all sessions of a workspace; 0 is no limit
	OwnerBytes     int64         // max-user-bytes: stored in all sessions of their owner; 0 is no limit
	BatchRows      int           // append-batch-rows, 50,000: of rows that are posted
	BatchBytes     int64         // append-batch-bytes, 8 MiB
	BatchTime      time.Duration // append-batch-time, 1 second
	DropUploads    bool          // keep-uploads=false: what was uploaded is not kept once it was read
}

// Config is what a Service is made of. Everything but Log, Teacher, Events and Wake is needed.
type Config struct {
	Store    Store
	Sessions Sessions
	Blobs    blob.Store
	Teacher  Teacher
	Events   event.Bus
	Wake     func() // told when a job was added
	Engine   engine.Engine
	Node     string // names this process and those after it on the same data
	Dir      string // for uploads on their way; of this service alone
	Limits   Limits
	Clock    func() time.Time
	Log      *slog.Logger
}

// Service takes files in, opens their tables for questions, and lets them go.
// All methods may be called at once from many goroutines.
type Service struct {
	store    Store
	sessions Sessions
	blobs    blob.Store
	engine   engine.Engine
	teacher  Teacher
	events   event.Bus
	wake     func()
	dir      string
	node     string
	limits   Limits
	clock    func() time.Time
	log      *slog.Logger

	opened opened
	flight singleflight.Group
	names  keyed // imports into one session choose table names one after another

	life     context.Context // of background work
	end      context.CancelFunc
	work     sync.WaitGroup
	tried    sync.Map // tables whose profile was begun by this run of the program
	profiles *semaphore.Weighted
}

// New makes a Service. Call Clean once before the first upload and Close at
// the end.
func New(c Config) (*Service, error) {
	c.Limits.defaults()
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, storageError("dataset.New", err)
	}
	s := &Service{store: c.Store, sessions: c.Sessions, blobs: c.Blobs, engine: c.Engine, teacher: c.Teacher, events: c.Events, wake: c.Wake, dir: dir, node: c.Node, limits: c.Limits, clock: c.Clock, log: c.Log}
	s.opened.limit = c.Limits.OpenSessions
	s.profiles = semaphore.NewWeighted(int64(c.Limits.Profiles))
	s.life, s.end = context.WithCancel(context.Background())
	return s, nil
}

func (l *Limits) defaults() {
	if l.UploadBytes <= 0 {
		l.UploadBytes = 2 << 30
	}
	if l.ImportTimeout <= 0 {
		l.ImportTimeout = 10 * time.Minute
	}
	if l.ProfileTimeout <= 0 {
		l.ProfileTimeout = 10 * time.Minute
	}
	if l.OpenSessions <= 0 {
		l.OpenSessions = 64
	}
	if l.Profiles <= 0 {
		l.Profiles = 1
	}
	if l.ProfileJobRows <= 0 {
		l.ProfileJobRows = 200_000
	}
	if l.BatchRows <= 0 {
		l.BatchRows = 50_000
	}
	if l.BatchBytes <= 0 {
		l.BatchBytes = 8 << 20
	}
	if l.BatchTime <= 0 {
		l.BatchTime = time.Second
	}
	if l.Ingest.LineBytes <= 0 {
		l.Ingest.LineBytes = 16 << 20
	}
}

// Wait returns when no background work is left.
func (s *Service) Wait() { s.work.Wait() }

// Close ends background work and waits for it.
func (s *Service) Close() error {
	s.end()
	s.work.Wait()
	return nil
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// keyed is a lock per key.
type keyed struct {
	mu    sync.Mutex
	locks map[string]*counted
}

type counted struct {
	sync.Mutex
	users int
}

// lock waits for the key and gives what releases it.
func (k *keyed) lock(key string) (unlock func()) {
	k.mu.Lock()
	if k.locks == nil {
		k.locks = map[string]*counted{}
	}
	l := k.locks[key]
	if l == nil {
		l = &counted{}
		k.locks[key] = l
	}
	l.users++
	k.mu.Unlock()
	l.Lock()
	return func() {
		l.Unlock()
		k.mu.Lock()
		defer k.mu.Unlock()
		if l.users--; l.users == 0 {
			delete(k.locks, key)
		}
	}
}
