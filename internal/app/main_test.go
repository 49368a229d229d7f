package app_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"tabletalk/client"
	"tabletalk/internal/app"
	"tabletalk/internal/config"
	"tabletalk/internal/engine"
	"tabletalk/internal/engine/worker"
	"tabletalk/internal/ingest/jobs"
)

// A test program started as a worker is one: the tests compute in real
// processes.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "engine-worker" {
		os.Exit(worker.Main(context.Background(), held(os.Args[2:])))
	}
	if len(os.Args) > 2 && os.Args[1] == "serve-child" {
		os.Exit(serveChild(os.Args[2]))
	}
	os.Exit(m.Run())
}

// workerCommand is how the test program is started as a worker. It never ends
// a job of the kind that it is to hold, if one is named: a test that ends such a
// job, or its server, does it while the job is in work.
func workerCommand(hold string) app.Option {
	return app.WithWorkerCommand(os.Args[0], "engine-worker", hold)
}

func held(kinds []string) map[string]worker.JobHandler {
	handlers := jobs.Handlers()
	for _, kind := range kinds {
		if handlers[kind] != nil {
			handlers[kind] = func(ctx context.Context, _ *sql.Conn, _ json.RawMessage, _ func(engine.Progress)) (any, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			}
		}
	}
	return handlers
}

// holdKind is the setting of serveChild that names the kind of job to hold.
const holdKind = "TABLETALK_TEST_HOLD"

// serveChild is the program in a process that a test may kill.
func serveChild(dir string) int {
	cfg, _, err := config.Load(nil, os.LookupEnv)
	if err != nil {
		return 1
	}
	cfg.Data, cfg.WorkerMax, cfg.Listen = dir, 3, "127.0.0.1:0"
	if _, set := os.LookupEnv("TABLETALK_LARGE_UPLOAD_BYTES"); !set {
		cfg.LargeUploadBytes = 1
	}
	log := slog.New(slog.DiscardHandler)
	if at := os.Getenv(crashAt); at != "" {
		log = slog.New(crashing(at))
	}
	a, err := app.New(context.Background(), *cfg, log, workerCommand(os.Getenv(holdKind)))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	_ = a.Serve(context.Background(), func(address net.Addr) { fmt.Println("http://" + address.String()) }) // it is killed
	return 0
}

// house is a running App with a client that speaks to it.
type house struct {
	*client.Client
	app *app.App
	web *httptest.Server
	dir string
	log *record
}

// open starts a program of its own for a test.
func open(t testing.TB, change ...func(*config.Config)) *house {
	t.Helper()
	return openHolding(t, "", change...)
}

// openHolding is open, with workers that hold jobs of a kind.
func openHolding(t testing.TB, hold string, change ...func(*config.Config)) *house {
	t.Helper()
	h := &house{dir: t.TempDir(), log: &record{}}
	cfg := settings(t, h.dir)
	for _, c := range change {
		c(&cfg)
	}
	h.dir = cfg.Data
	var err error
	h.app, err = app.New(t.Context(), cfg, slog.New(slog.NewJSONHandler(h.log, nil)), app.WithVersion("test"), workerCommand(hold))
	if err != nil {
		t.Fatal(err)
	}
	h.web = httptest.NewServer(h.app.Handler())
	h.Client = client.New(h.web.URL, h.web.Client())
	t.Cleanup(func() { h.close(t) })
	return h
}

// close takes the program down; it may be called before the test ends.
func (h *house) close(t testing.TB) {
	h.web.Close()
	if err := h.app.Close(); err != nil {
		t.Error(err)
	}
}

// settings are those of a program that nobody configured, but that no process
// is started before it is needed: most tests need one.
func settings(t testing.TB, dir string) config.Config {
	t.Helper()
	cfg, _, err := config.Load(nil, func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	cfg.Data, cfg.WorkerMax = dir, 3
	cfg.WorkerWarm, cfg.ImportWarm = 0, 0
	return *cfg
}

// record keeps the log.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(b)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// file makes a file to send.
func file(name, content string) client.File {
	return client.File{Name: name, Content: strings.NewReader(content)}
}

// up uploads one file into a new session.
func (h *house) up(t *testing.T, name, content string) *client.Uploaded {
	t.Helper()
	u, err := h.Upload(t.Context(), "", file(name, content))
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// wants checks that an error is the problem with a status and a code.
func wants(t *testing.T, err error, status int, code string) {
	t.Helper()
	var p *client.Error
	if !errors.As(err, &p) {
		t.Fatalf("got %v, want the problem %s", err, code)
	}
	if p.Status != status || p.Code != code || p.Detail == "" || p.RequestID == "" {
		t.Errorf("got %d %s %q (request %q), want %d %s", p.Status, p.Code, p.Detail, p.RequestID, status, code)
	}
}

// get reads an address of the server.
func (h *house) get(t *testing.T, path string) (*http.Response, string) {
	t.Helper()
	res, err := h.web.Client().Get(h.web.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // it is read
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

// empty reports what the data folder holds besides the database.
func (h *house) sessions(t *testing.T) int {
	t.Helper()
	list, err := h.Sessions(t.Context(), client.List{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	return len(list.Items)
}
