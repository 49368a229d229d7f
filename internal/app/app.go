package app

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"tabletalk/internal/account"
	"tabletalk/internal/api"
	"tabletalk/internal/audit"
	"tabletalk/internal/blob"
	"tabletalk/internal/cache"
	"tabletalk/internal/config"
	"tabletalk/internal/conversation"
	"tabletalk/internal/dataset"
	"tabletalk/internal/definition"
	"tabletalk/internal/engine/worker"
	"tabletalk/internal/event"
	"tabletalk/internal/job"
	"tabletalk/internal/llm"
	"tabletalk/internal/redislink"
	"tabletalk/internal/session"
	"tabletalk/internal/store"
	"tabletalk/internal/vault"
)

// Workspace is the workspace that a fresh installation has, and Owner its one
// local user.
const (
	Workspace = session.DefaultWorkspace
	Owner     = session.LocalOwner
)

// App is the program, built.
type App struct {
	Sessions      *session.Service
	Datasets      *dataset.Service
	Definitions   *definition.Service
	Conversations *conversation.Service
	Exports       *Exports
	Cases         *Cases
	Vault         *vault.Vault
	Accounts      *account.Service // nil where nobody logs in

	cfg      config.Config
	log      *slog.Logger
	version  string
	worker   []string
	patience llm.Patience // with the servers of language models
	store    *store.Store
	blobs    *blob.Disk
	redis    *redislink.Link // nil where none is set
	cache    cache.Cache
	events   event.Bus
	jobs     *job.Runner
	node     string // names this process and those after it on the same data
	engine   *worker.Pool
	door     *api.Server
	handler  http.Handler
	keyring  *account.Keyring
	book     *audit.Book
	pace     account.Limiter
	token    string         // of --auth token
	closers  []func() error // in the order of building
}

// Option changes how an App is built.
type Option func(*App)

// WithVersion names the build, for /healthz and the OpenAPI document.
func WithVersion(v string) Option { return func(a *App) { a.version = v } }

// WithWorkerCommand says how a worker process is started, where it is not
// this program with "engine-worker".
func WithWorkerCommand(command ...string) Option { return func(a *App) { a.worker = command } }

// WithPatience says how long, and by which clock, servers of language models
// are waited for.
func WithPatience(p llm.Patience) Option { return func(a *App) { a.patience = p } }

var errLocked = errors.New("locked by another process")

// New builds everything in order and starts the engine. What was built is
// taken down again where a later part fails. The caller closes the App.
// Errors: data_not_usable, data_in_use, engine_not_started, and those of the
// database.
func New(ctx context.Context, cfg config.Config, log *slog.Logger, opts ...Option) (*App, error) {
	cfg, err := cfg.Absolute()
	if err != nil {
		return nil, err
	}
	a := &App{cfg: cfg, log: log, version: "development", patience: llm.UsualPatience()}
	for _, o := range opts {
		o(a)
	}
	for _, build := range []func(context.Context) error{a.openFolders, a.openStore, a.openRedis, a.openCache, a.openEvents, a.startEngine, a.makeVault, a.makeNouns, a.makeAccounts, a.makeDoor} {
		if err := build(ctx); err != nil {
			return nil, errors.Join(err, a.Close())
		}
	}
	a.keepTidy(ctx)
	if err := a.jobs.Start(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	a.onClose(func() error { a.jobs.Stop(); return nil })
	return a, nil
}

// Close takes everything down in the reverse order of building. It is safe to
// call twice.
func (a *App) Close() error {
	var all error
	for i := len(a.closers) - 1; i >= 0; i-- {
		all = errors.Join(all, a.closers[i]())
	}
	a.closers = nil
	return all
}

// onClose remembers what must be taken down.
func (a *App) onClose(f func() error) { a.closers = append(a.closers, f) }

// Handler answers HTTP, for tests and for servers of one's own.
func (a *App) Handler() http.Handler { return a.handler }

// tidyEvery is the time between two looks for replies that are too old.
const tidyEvery = time.Hour

// keepTidy starts the recurring work: sessions that end, and old replies.
func (a *App) keepTidy(ctx context.Context) {
	a.Sessions.Start(context.WithoutCancel(ctx))
	u := newUpkeep(a.log, tidyEvery, task{"old replies", a.store.ForgetReplies}, task{"uploads that nobody went on with", a.Datasets.ForgetUploads}, task{"logins, links and keys that are over", a.store.ForgetEnded},
		task{"entries of the audit log that are over", a.forgetAudit})
	u.start()
	a.onClose(func() error { a.Sessions.Stop(); return u.stop() })
}

// forgetAudit forgets what was kept for its time; the book is written where
// people log in, and may be there from such a time.
func (a *App) forgetAudit(ctx context.Context) error {
	return audit.NewBook(a.store, a.log, time.Now).Forget(ctx, a.cfg.AuditKeep)
}
