package app

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"tabletalk/internal/api"
	"tabletalk/internal/blob"
	"tabletalk/internal/cache"
	"tabletalk/internal/conversation"
	"tabletalk/internal/dataset"
	"tabletalk/internal/definition"
	"tabletalk/internal/engine"
	"tabletalk/internal/engine/worker"
	"tabletalk/internal/event"
	"tabletalk/internal/fault"
	"tabletalk/internal/ingest"
	"tabletalk/internal/job"
	"tabletalk/internal/limit"
	"tabletalk/internal/question"
	"tabletalk/internal/redislink"
	"tabletalk/internal/samples"
	"tabletalk/internal/session"
	"tabletalk/internal/store"
	"tabletalk/web"
)

// openFolders makes the data folder and takes it for this process alone: what
// another one is writing looks like what a crash left behind.
func (a *App) openFolders(ctx context.Context) error {
	for _, dir := range []string{a.cfg.Data, a.cfg.WorkDir(), a.cfg.BlobDir()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fault.New(fault.Unavailable, "data_not_usable", "The data folder %s cannot be used.", a.cfg.Data).
				WithHint("Give a folder that can be written to with --data.").At("app.New").Because(err)
		}
	}
	unlock, err := lockSoon(ctx, filepath.Join(a.cfg.Data, "lock"))
	if errors.Is(err, errLocked) {
		return fault.New(fault.Conflict, "data_in_use", "Another tabletalk is using the data folder %s.", a.cfg.Data).
			WithHint("Stop it, or give this one a folder of its own with --data.").At("app.New")
	}
	if err != nil {
		return err
	}
	a.onClose(unlock)
	if a.node, err = nodeName(filepath.Join(a.cfg.Data, "node")); err != nil {
		return err
	}
	return emptyFolder(a.exportDir())
}

// lockPatience is how long a start waits for the process before it: one that
// was killed may hold the folder for a moment more, by a worker that it was
// about to start.
const (
	lockPatience = 2 * time.Second
	lockEvery    = 20 * time.Millisecond
)

func lockSoon(ctx context.Context, path string) (func() error, error) {
	over := time.NewTimer(lockPatience)
	defer over.Stop()
	for {
		unlock, err := lockFile(path)
		if !errors.Is(err, errLocked) {
			return unlock, err
		}
		select {
		case <-time.After(lockEvery):
		case <-over.C:
			return nil, err
		case <-ctx.Done():
			return nil, err
		}
	}
}

// exportDir is where exports keep what they have not sent yet; what is in it
// at a start was left by a process that ended.
func (a *App) exportDir() string { return filepath.Join(a.cfg.WorkDir(), "exports") }

func emptyFolder(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.MkdirAll(dir, 0o700)
}

func (a *App) openStore(ctx context.Context) (err error) {
	if a.store, err = store.Open(ctx, a.cfg.Database(), a.log); err != nil {
		return err
	}
	a.onClose(a.store.Close)
	if a.blobs, err = blob.OpenDisk(a.cfg.BlobDir(), blob.As(a.node), blob.WithLog(a.log)); err != nil {
		return err
	}
	a.onClose(a.blobs.Close)
	return nil
}

// openRedis makes the link that cache, events and limits share, where Redis is
// set.
func (a *App) openRedis(context.Context) (err error) {
	url := a.cfg.RedisURL.Reveal()
	if url == "" {
		return nil
	}
	if a.redis, err = redislink.Open(url, a.log, time.Now); err != nil {
		return err
	}
	a.onClose(a.redis.Close)
	return nil
}

func (a *App) openCache(context.Context) (err error) {
	if a.redis != nil {
		a.cache = cache.NewRedis(a.redis)
		return nil
	}
	a.cache, err = cache.NewMemory(int64(a.cfg.CacheBytes))
	if err != nil {
		return err
	}
	a.onClose(a.cache.Close)
	return nil
}

// openEvents makes what tells the watchers of a session what happens in it.
func (a *App) openEvents(context.Context) error {
	if a.redis != nil {
		a.events = event.NewRedis(a.redis)
	} else {
		a.events = event.NewLocal(time.Now)
	}
	a.onClose(a.events.Close)
	return nil
}

// makeJobs makes what does the work that nobody waits for.
func (a *App) makeJobs() error {
	read := func(ctx context.Context, j job.Job, report func(job.Progress)) error {
		return a.Datasets.ImportFile(ctx, j.Workspace, j.Subject, func(p engine.Progress) { report(job.Progress(p)) })
	}
	profile := func(ctx context.Context, j job.Job, report func(job.Progress)) error {
		return a.Datasets.ProfileTable(ctx, j.Workspace, j.TableID, j.Content, func(p engine.Progress) { report(job.Progress(p)) })
	}
	a.jobs = job.NewRunner(job.Options{Store: a.store, Node: a.node, Events: a.events, Log: a.log, Kinds: map[string]job.Kind{
		dataset.ImportKind:  {Work: read, Workers: a.cfg.MaxImports, Gone: a.dropFile},
		dataset.ProfileKind: {Work: profile, Workers: a.cfg.MaxProfiles},
	}})
	return nil
}

// dropFile removes the file that a cancelled job was to read.
func (a *App) dropFile(ctx context.Context, j job.Job) {
	if err := a.Datasets.DropFile(context.WithoutCancel(ctx), j.Workspace, j.Subject); err != nil {
		a.log.ErrorContext(ctx, "the file of a cancelled job could not be removed", "file", j.Subject, "cause", err.Error())
	}
}

// nodeName gives the name that the owner of a data folder has for ever: by it
// a process knows what the one before it had begun.
func nodeName(file string) (string, error) {
	if b, err := os.ReadFile(file); err == nil && len(b) > 0 {
		return string(b), nil
	}
	name := uuid.NewString()
	return name, private{file, "data"}.write([]byte(name))
}

func (a *App) startEngine(context.Context) (err error) {
	c := &a.cfg
	a.engine, err = worker.NewPool(worker.Config{
		Command: a.worker, Dir: filepath.Join(c.WorkDir(), "engine"), Log: a.log,
		Warm: noneIsMinusOne(c.WorkerWarm), MaxWorkers: c.WorkerMax, PerSet: c.WorkerPerSession, MaxIdle: c.WorkerIdle, QueueTime: c.WorkerQueueTimeout,
		Threads: c.WorkerThreads, AddressBytes: int64(c.WorkerMemory), KeepBytes: int64(c.WorkerKeepBytes), TempBytes: int64(c.WorkerTempBytes),
		LoadBytes: noneIsMinusOne(int64(c.InMemoryTableBytes)),
		MaxRows:   c.QueryMaxRows, MaxBytes: int64(c.QueryMaxBytes), Timeout: c.QueryTimeout, StreamTimeout: c.ExportTimeout,
		ImportWarm: noneIsMinusOne(c.ImportWarm), ImportNice: noneIsMinusOne(c.ImportNice), MaxImports: c.MaxImports, ImportThreads: c.ImportThreads,
		ImportMemoryBytes: int64(c.ImportMemory), ImportTempBytes: int64(c.ImportTempBytes), ImportFileBytes: int64(c.ImportFileBytes), ImportTimeout: c.ImportTimeout,
	})
	if err != nil {
		return fault.New(fault.Unavailable, "engine_not_started", "The engine could not be started.").
			WithHint("Run it again with --log-level debug to see why.").At("app.New").Because(err)
	}
	a.onClose(a.engine.Close)
	return nil
}

// noneIsMinusOne says "none" in the pool's words, where zero means the
// default.
func noneIsMinusOne[T int | int64](n T) T {
	if n == 0 {
		return -1
	}
	return n
}

// makeNouns makes what may be done with sessions, data, definitions and
// conversations.
func (a *App) makeNouns(ctx context.Context) (err error) {
	a.Datasets, err = dataset.New(dataset.Config{
		Store: a.store, Sessions: a.store, Blobs: a.blobs, Engine: a.engine, Teacher: definition.Teacher{Source: a.store}, Events: a.events, Wake: func() { a.jobs.Wake() }, Node: a.node, Dir: filepath.Join(a.cfg.WorkDir(), "uploads"), Clock: time.Now, Log: a.log,
		Limits: a.dataLimits(),
	})
	if err != nil {
		return err
	}
	a.onClose(a.Datasets.Close)
	if err := a.Datasets.Clean(ctx); err != nil {
		return err
	}
	a.Sessions = session.NewService(session.Options{
		Store: a.store, Contents: a.store, Blobs: a.blobs, Log: a.log, TTL: a.cfg.SessionTTL, Most: a.cfg.MaxUserSessions, Now: time.Now, Gone: a.forget,
		Warn: a.cfg.SessionWarning, Ending: a.warnOfEnd,
	})
	a.Definitions = definition.NewService(definition.Options{Store: a.store, Data: a.Datasets, Limit: a.cfg.MaxDefinitions, Now: time.Now})
	model, err := a.model()
	if err != nil {
		return err
	}
	a.Conversations = conversation.New(conversation.Config{
		Store: a.store, Model: model, Ledger: a.store, Data: a.Datasets, Engine: a.engine, Memory: a.memory(), Lessons: a.Definitions, Version: a.version, Settings: a.conventions(), Clock: time.Now, Log: a.log,
		Limits: conversation.Limits{TextBytes: int(a.cfg.MaxQuestionBytes), Rows: a.cfg.QueryMaxRows, Bytes: int64(a.cfg.QueryMaxBytes), Timeout: a.cfg.QueryTimeout, CacheTTL: a.cfg.CacheTTL},
	})
	a.Cases = &Cases{datasets: a.Datasets, definitions: a.Definitions, asker: a.Conversations}
	a.Exports = &Exports{datasets: a.Datasets, asker: a.Conversations, engine: a.engine, temp: a.exportDir(), log: a.log}
	return a.makeJobs()
}

// conventions are how questions are read.
func (a *App) conventions() question.Settings {
	s := question.DefaultSettings()
	s.MaxChars, s.FiscalStart = a.cfg.MaxQuestionChars, time.Month(a.cfg.FiscalYearStart)
	if a.cfg.WeekStart == "sunday" {
		s.WeekStart = time.Sunday
	}
	return s
}

func (a *App) dataLimits() dataset.Limits {
	c := &a.cfg
	return dataset.Limits{
		UploadBytes: int64(c.MaxUploadBytes), ImportTimeout: c.ImportTimeout, ProfileTimeout: c.ProfileTimeout, OpenSessions: c.OpenSessions, Profiles: c.MaxProfiles, ProfileJobRows: int64(c.ProfileJobRows),
		SessionBytes: int64(c.MaxSessionBytes), OwnerBytes: int64(c.MaxUserBytes), WorkspaceBytes: int64(c.MaxWorkspaceBytes),
		BatchRows: c.AppendBatchRows, BatchBytes: int64(c.AppendBatchBytes), BatchTime: c.AppendBatchTime,
		DropUploads: !c.KeepUploads,
		Ingest: ingest.Limits{
			Columns: c.MaxColumns, LineBytes: int64(c.MaxLineBytes), UnpackedBytes: int64(c.MaxUnpackedBytes), Ratio: int64(c.ArchiveRatio),
			Tables: c.MaxTables, ArchiveEntries: c.MaxArchiveEntries, ArchiveFiles: c.MaxArchiveFiles, Sheets: c.MaxSheets, SheetCells: int64(c.MaxSheetCells),
			SharedTexts: c.MaxSharedTexts, SharedBytes: int64(c.MaxSharedBytes), ODSBytes: int64(c.MaxODSBytes),
			JSONDepth: c.MaxJSONDepth, JSONObjectBytes: int64(c.MaxJSONObjectBytes), FooterBytes: int64(c.MaxParquetFooterBytes),
		},
	}
}

// memory is where answers are kept for a while; nil where that is off.
func (a *App) memory() conversation.Memory {
	if a.cfg.CacheTTL == 0 {
		return nil
	}
	return a.cache
}

// warnOfEnd tells the watchers of a session when it ends.
func (a *App) warnOfEnd(ctx context.Context, s session.Session) {
	e, err := event.New("session_expiring", s.ID, map[string]any{"expires_at": s.ExpiresAt, "name": s.Name})
	if err == nil {
		err = a.events.Publish(ctx, e)
	}
	if err != nil {
		a.log.DebugContext(ctx, "an event was not told", "cause", err.Error())
	}
}

// forget drops what is kept outside the database of a session that is gone.
func (a *App) forget(ctx context.Context, s session.Session) {
	a.Datasets.Forget(s.ID)
	a.events.Forget(context.WithoutCancel(ctx), s.ID)
	a.cache.DeletePrefix(context.WithoutCancel(ctx), "answer/"+s.Workspace+"/"+s.ID+"/")
}

// makeDoor makes what answers HTTP.
func (a *App) makeDoor(context.Context) (err error) {
	metrics := prometheus.NewRegistry()
	a.measure(metrics)
	a.door, err = api.New(api.Options{
		Version: a.version, Hosts: a.hosts(), Zone: time.Local, Log: a.log, Metrics: metrics, Gate: a.gate(), Ready: a.ready,
		Limits: api.Limits{UploadBytes: int64(a.cfg.MaxUploadBytes), LargeBytes: int64(a.cfg.LargeUploadBytes), UploadFiles: a.cfg.MaxUploadFiles, UploadIdle: a.cfg.UploadIdle,
			UserRequests: a.cfg.UserRequestsPerMinute, PlaceRequests: a.cfg.PlaceRequestsPerMinute, UserQueries: a.cfg.MaxUserQueries, UserWaiting: a.cfg.MaxUserQueued,
			WorkspaceQueries: a.cfg.MaxWorkspaceQueries, WorkspaceQueued: a.cfg.MaxWorkspaceQueued},
		Sessions: a.Sessions, Intake: a.Datasets, Files: a.Datasets, Versions: a.Datasets, Resumes: a.Datasets, Streams: a.Datasets, Jobs: a.jobs, Events: a.events, Tables: a.Datasets, Joiner: a.Datasets, Asker: a.Conversations, Speller: a.Conversations, Judge: a.Conversations, Teaching: a.Definitions, Cases: a.Cases, Threads: a.store,
		Model: a.Conversations, Exports: a.Exports, Attempts: a.store, Samples: shipped(), Page: web.FS(),
		Auth: a.cfg.Auth, Accounts: a.accountsOrNone(), Access: a.Sessions, Book: a.bookOrNone(), Pace: a.pace, Seats: a.seatsOrNone(), Provider: providerOf(&a.cfg), OpenID: openIDName(&a.cfg), PublicURL: a.cfg.PublicURL, Pseudonym: a.pseudonym, Proxies: a.cfg.Proxies(),
		Counters: api.Counters{For: a.cfg.Metrics, Token: a.cfg.MetricsToken.Reveal()},
	})
	if err != nil {
		return err
	}
	a.handler = a.byLink(a.door)
	a.onClose(func() error { a.door.Close(); return nil })
	return nil
}

// hosts are the names that a page on this machine may call the server by.
func (a *App) hosts() []string {
	names := append([]string{"localhost", "127.0.0.1", "::1"}, a.cfg.Hosts()...)
	if host, _, err := net.SplitHostPort(a.cfg.Listen); err == nil && host != "" {
		names = append(names, host)
	}
	if u, err := url.Parse(a.cfg.PublicURL); err == nil && u.Hostname() != "" {
		names = append(names, u.Hostname())
	}
	return names
}

// A nil pointer in an interface is not nil: these say none.
func (a *App) accountsOrNone() api.Accounts {
	if a.Accounts == nil {
		return nil
	}
	return a.Accounts
}

func (a *App) bookOrNone() api.Book {
	if a.book == nil {
		return nil
	}
	return a.book
}

// seatsOrNone is what counts the questions of several nodes together.
func (a *App) seatsOrNone() api.Seats {
	if r, ok := a.pace.(*limit.Redis); ok {
		return r.Seats()
	}
	return nil
}

// pseudonym names a person in logs.
func (a *App) pseudonym(id string) string {
	if a.keyring == nil || id == "" {
		return ""
	}
	return a.keyring.Pseudonym(id)
}

// localGate lets everybody in as the one local user: only this machine
// reaches the server, which config.Validate sees to.
func localGate(*http.Request) (api.Identity, error) {
	return api.Identity{ID: Owner, Name: "Local user", Role: "admin", Workspace: Workspace, Auth: "local"}, nil
}

func shipped() (list []api.Sample) {
	for _, s := range samples.Files() {
		list = append(list, api.Sample{Name: s.Name, Open: s.Open})
	}
	return list
}
