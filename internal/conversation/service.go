package conversation

import (
	"context"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"tabletalk/internal/dataset"
	"tabletalk/internal/engine"
	"tabletalk/internal/plan"
	"tabletalk/internal/question"
	"tabletalk/internal/sqlgen"
)

// Data opens what a session's questions are about. Error: not_found.
type Data interface {
	Open(ctx context.Context, workspace, sessionID string) (*dataset.Opened, error)
}

// Memory keeps answers for a while; a miss is never an error.
type Memory interface {
	Get(ctx context.Context, key string) ([]byte, bool)
	Set(ctx context.Context, key string, value []byte, ttl time.Duration)
}

// Lessons remembers which plan people confirmed for a question. Both methods
// may be asked for what is so already.
type Lessons interface {
	Confirm(ctx context.Context, workspace, sessionID, question string, p *plan.Plan) error
	Withdraw(ctx context.Context, workspace, sessionID, question string, p *plan.Plan) error
}

// Limits are the named settings of an answer.
type Limits struct {
	TextBytes int           // max-question-bytes
	Rows      int           // query-max-rows
	Bytes     int64         // query-max-bytes
	Timeout   time.Duration // query-timeout
	CacheTTL  time.Duration // cache-ttl
}

// Config is what a Service is made of.
type Config struct {
	Store    Store
	Data     Data
	Engine   engine.Engine
	Memory   Memory
	Lessons  Lessons
	Model    *Model // nil where none is set
	Ledger   Ledger // of what is sent to it
	Version  string // of the program: another one may answer otherwise
	Settings question.Settings
	Limits   Limits
	Clock    func() time.Time
	Log      *slog.Logger
}

// Service answers questions. Its methods may be called at once.
type Service struct {
	store    Store
	data     Data
	engine   engine.Engine
	memory   Memory
	lessons  Lessons
	model    *Model
	ledger   Ledger
	version  string
	dialect  sqlgen.Dialect
	settings question.Settings
	limits   Limits
	clock    func() time.Time
	log      *slog.Logger
}

// New makes a Service.
func New(c Config) *Service {
	return &Service{
		store: c.Store, data: c.Data, engine: c.Engine, memory: c.Memory, lessons: c.Lessons, model: c.Model, ledger: c.Ledger, version: c.Version,
		dialect: sqlgen.DuckDB, settings: c.Settings, limits: c.Limits.orDefault(),
		clock: c.Clock, log: c.Log,
	}
}

// orDefault fills limits that were left at zero.
func (l Limits) orDefault() Limits {
	if l.TextBytes == 0 {
		l.TextBytes = 16 << 10
	}
	if l.Rows == 0 {
		l.Rows = 10_000
	}
	if l.Bytes == 0 {
		l.Bytes = 32 << 20
	}
	if l.Timeout == 0 {
		l.Timeout = 30 * time.Second
	}
	if l.CacheTTL == 0 {
		l.CacheTTL = time.Hour
	}
	return l
}

// newID gives a UUIDv7: ids sort by the time they were made.
func newID() string { return uuid.Must(uuid.NewV7()).String() }
