package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/prometheus/client_golang/prometheus"

	"tabletalk/internal/account"
	"tabletalk/internal/event"
	"tabletalk/internal/session"
)

// base is where the versioned routes begin.
const base = "/api/v1"

// AnyHost among the Hosts of a Server lets it answer under every name: for a
// server behind a proxy that checks the name itself. It must be said; a list
// without names lets nobody in.
const AnyHost = "*"

// Options are what a Server is made of. Attempts, Events and Page may be nil.
type Options struct {
	Version  string
	Hosts    []string // names this server answers under, without ports; AnyHost means all
	Zone     *time.Location
	Limits   Limits
	Log      *slog.Logger
	Metrics  *prometheus.Registry
	Gate     Gate
	Ready    func(context.Context) Readiness
	Sessions Sessions
	Intake   Intake
	Files    Files
	Versions Versions
	Resumes  Resumes
	Streams  Streams
	Jobs     Jobs
	Events   event.Bus
	Tables   Tables
	Joiner   Joiner
	Asker    Asker
	Speller  Speller
	Judge    Judge
	Model    Model
	Teaching Teaching
	Cases    Cases
	Threads  Threads
	Exports  Exports
	Attempts session.Idempotency
	Samples  []Sample
	Page     fs.FS

	Auth      string   // local, token or accounts; empty is local
	Accounts  Accounts // nil where nobody logs in
	Access    Access   // needed with Accounts
	Book      Book     // the audit log; nil keeps none
	Provider  Provider // of logins elsewhere; nil where there is none
	OpenID    string   // what people call it
	Seats     Seats    // nil where questions are counted in this process alone
	Pace      Limiter  // nil lets everybody ask as often as they like
	PublicURL string   // under which people reach the server: of links, and it says whether cookies need TLS
	Pseudonym func(id string) string
	Proxies   []string // addresses of proxies in front, which say where a request came from
	Counters  Counters // who may read /metrics
}

// Counters says who may read what is counted.
type Counters struct {
	For   string // local, open or off; empty is local
	Token string // lets a program on another machine read; empty lets none
}

// Limits are named settings of the door. Zero takes the default.
type Limits struct {
	UploadBytes int64         // max-upload-bytes, as clients are told it; 0 tells nothing
	LargeBytes  int64         // large-upload-bytes: an upload from here on is read by a job; 0 is never
	UploadFiles int           // max-upload-files
	UploadIdle  time.Duration // upload-idle: how long an upload may send nothing
	BodyTime    time.Duration // what a body that is not an upload may take
	Heartbeat   time.Duration // of an event stream
	Recheck     time.Duration // between two looks whether somebody with an open stream may go on

	// Of people who log in; 0 is no limit.
	UserRequests, PlaceRequests       int // user-requests-per-minute, place-requests-per-minute
	UserQueries, UserWaiting          int // max-user-queries, max-user-queued
	WorkspaceQueries, WorkspaceQueued int // max-workspace-queries, max-workspace-queued
}

func (l Limits) orDefault() Limits {
	if l.UploadFiles == 0 {
		l.UploadFiles = 50
	}
	if l.UploadIdle == 0 {
		l.UploadIdle = time.Minute
	}
	if l.BodyTime == 0 {
		l.BodyTime = 20 * time.Second
	}
	if l.Heartbeat == 0 {
		l.Heartbeat = 15 * time.Second
	}
	if l.Recheck == 0 {
		l.Recheck = 2 * time.Second
	}
	return l
}

// Server answers HTTP.
type Server struct {
	version   string
	hosts     map[string]bool
	zone      *time.Location
	limits    Limits
	log       *slog.Logger
	metrics   *metrics
	gate      Gate
	readiness func(context.Context) Readiness
	sessions  Sessions
	intake    Intake
	files     Files
	versions  Versions
	resumes   Resumes
	streams   Streams
	jobs      Jobs
	events    event.Bus
	tables    Tables
	joiner    Joiner
	asker     Asker
	speller   Speller
	judge     Judge
	model     Model
	teaching  Teaching
	cases     Cases
	threads   Threads
	exports   Exports
	attempts  session.Idempotency
	samples   []Sample
	page      http.Handler

	auth       string
	accounts   Accounts
	access     Access
	book       Book
	pace       Limiter
	publicURL  string
	counters   Counters
	secure     bool
	openIDName string
	provider   Provider
	pseudonym  func(string) string
	proxies    map[string]bool
	open       map[string]bool // patterns that need nobody who is logged in

	mux      *http.ServeMux
	huma     huma.API
	handler  http.Handler
	document []byte

	runs     *runs
	life     context.Context // ends with Close, and all runs with it
	end      context.CancelFunc
	watching context.Context // ends with EndWatching, and all streams of events with it
	unwatch  context.CancelFunc
	working  sync.WaitGroup
}

// New makes a Server and checks that its routes fit together.
func New(o Options) (*Server, error) {
	s := &Server{
		version: o.Version, hosts: map[string]bool{}, zone: o.Zone, limits: o.Limits.orDefault(), log: o.Log, metrics: newMetrics(o.Metrics),
		gate: o.Gate, readiness: o.Ready, sessions: o.Sessions, intake: o.Intake, files: o.Files, versions: o.Versions, resumes: o.Resumes, streams: o.Streams, jobs: o.Jobs, events: o.Events, tables: o.Tables, joiner: o.Joiner, asker: o.Asker, speller: o.Speller, judge: o.Judge, teaching: o.Teaching, cases: o.Cases,
		model: o.Model, threads: o.Threads, exports: o.Exports, attempts: o.Attempts, samples: o.Samples,
		mux: http.NewServeMux(), runs: newRuns(),
	}
	s.auth, s.accounts, s.access, s.book = o.Auth, o.Accounts, o.Access, o.Book
	s.pace, s.provider, s.openIDName = o.Pace, o.Provider, o.OpenID
	s.counters = o.Counters
	s.publicURL, s.secure, s.pseudonym = strings.TrimSuffix(o.PublicURL, "/"), strings.HasPrefix(o.PublicURL, "https:"), o.Pseudonym
	s.proxies, s.open = map[string]bool{}, map[string]bool{}
	for _, p := range o.Proxies {
		s.proxies[p] = true
	}
	if s.accounts != nil {
		l := s.limits
		s.asker = inTurn{Asker: o.Asker, people: newTurns(l.UserQueries, l.UserWaiting, "max-user-queries", "max-user-queued", o.Seats),
			workspaces: newTurns(l.WorkspaceQueries, l.WorkspaceQueued, "max-workspace-queries", "max-workspace-queued", o.Seats)}
	}
	if s.auth == "" {
		s.auth = "local"
	}
	if s.pseudonym == nil {
		s.pseudonym = func(string) string { return "" }
	}
	if s.zone == nil {
		s.zone = time.UTC
	}
	for _, h := range o.Hosts {
		s.hosts[strings.ToLower(h)] = true
	}
	if o.Page != nil {
		s.page = pageHandler(o.Page, s.nothing)
	}
	s.life, s.end = context.WithCancel(context.Background())
	s.watching, s.unwatch = context.WithCancel(s.life)
	if err := s.install(); err != nil {
		return nil, err
	}
	var err error
	s.handler, err = s.house(s.mux)
	return s, err
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// EndWatching ends the streams of events, which would go on for as long as
// somebody watches. Those that come later end at once.
func (s *Server) EndWatching() { s.unwatch() }

// Close cancels the answers that are still being made and waits for them.
func (s *Server) Close() {
	s.end()
	s.working.Wait()
}

// install registers all routes. Registering panics on a programmer's mistake
// (a pattern or a schema twice); that is an error here.
func (s *Server) install() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("api: routes: %v", p)
		}
	}()
	s.huma = humago.New(router{s}, s.humaConfig())
	s.huma.OpenAPI().Tags = tags()
	rules := rules()
	for _, r := range s.routes() {
		if err := s.admitRoute(&r, rules); err != nil {
			return err
		}
		r.register(s)
	}
	s.describe()
	s.plainRoutes()
	s.document, err = s.Document()
	return err
}

// humaConfig is huma without what it would add by itself: no schema links, no
// docs page of another host.
func (s *Server) humaConfig() huma.Config {
	c := huma.DefaultConfig("tabletalk", s.version)
	c.CreateHooks, c.OpenAPIPath, c.DocsPath, c.SchemasPath = nil, "", "", ""
	c.Info.Description = "Ask questions of your files in own words. Errors are problem documents (RFC 9457); lists are paged by cursor, newest first."
	c.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	c.AllowAdditionalPropertiesByDefault = true
	c.Formats = map[string]huma.Format{"application/json": jsonFormat(), "json": jsonFormat()}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"bearer": {Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: "An access token or an API key; nobody logs in to a server for one local user"}}
	c.Transformers = []huma.Transformer{toProblem}
	return c
}

// jsonFormat encodes whole documents before the first byte is sent, so that
// one that cannot be encoded is answered with a problem and not with half.
func jsonFormat() huma.Format {
	return huma.Format{
		Unmarshal: json.Unmarshal,
		Marshal: func(w io.Writer, v any) error {
			err := encode(w, v)
			var bad *json.UnsupportedValueError
			var worse *json.UnsupportedTypeError
			var own *json.MarshalerError
			if errors.As(err, &bad) || errors.As(err, &worse) || errors.As(err, &own) {
				panic(fmt.Errorf("api: encode answer: %w", err))
			}
			return err
		},
	}
}

// router is the mux as huma fills it: routes that create are answered once
// per Idempotency-Key.
type router struct{ s *Server }

// HandleFunc registers a route.
func (r router) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	switch {
	case pattern == "POST "+base+uploadPath, pattern == "POST "+base+versionsPath:
		h = r.s.onceArrived(h)
	case givesSecrets(pattern): // which are not kept, not even for a day
	case strings.HasPrefix(pattern, "POST ") && pattern != "POST "+base+streamPath && pattern != "POST "+base+rowsPath:
		h = r.s.once(h)
	}
	r.s.mux.HandleFunc(pattern, h)
}

// ServeHTTP answers a request.
func (r router) ServeHTTP(w http.ResponseWriter, q *http.Request) { r.s.mux.ServeHTTP(w, q) }

// givesSecrets are the routes whose answers hold tokens and keys.
func givesSecrets(pattern string) bool {
	return strings.HasPrefix(pattern, "POST "+base+"/auth/") || strings.HasPrefix(pattern, "POST "+base+"/users") || strings.HasPrefix(pattern, "POST "+base+"/invitations")
}

// linkURL is the page that a one-time link opens. The secret stands behind
// the #, which browsers send to nobody.
func (s *Server) linkURL(purpose account.Purpose, secret string) string {
	return s.publicURL + "/" + string(purpose) + "#token=" + secret
}

func below(p, root string) bool { return p == root || strings.HasPrefix(p, root+"/") }
