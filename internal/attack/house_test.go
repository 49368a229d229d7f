//go:build cgo && linux

package attack

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tabletalk/internal/app"
	"tabletalk/internal/config"
	"tabletalk/internal/engine/worker"
	"tabletalk/internal/ingest/jobs"
)

// The roles that this test program plays besides its own.
const (
	asServer  = "server"
	asWorker  = "engine-worker"
	asUngated = "ungated-worker"
)

func TestMain(m *testing.M) {
	role := ""
	if len(os.Args) > 1 {
		role = os.Args[1]
	}
	switch role {
	case asWorker:
		os.Exit(worker.Main(context.Background(), jobs.Handlers()))
	case asUngated:
		os.Exit(worker.MainWithoutGate(context.Background(), jobs.Handlers()))
	case asServer:
		if err := serve(os.Args[2], os.Args[3], os.Args[4]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

const (
	queryTime   = 700 * time.Millisecond // how long a statement may compute here
	uploadBytes = 8 << 20                // how large a file may be
)

// serve is the program under attack, with workers of the named role. It prints
// its address.
func serve(dir, workers, auth string) error {
	cfg, _, err := config.Load(nil, modelOnly)
	if err != nil {
		return err
	}
	cfg.Data, cfg.Listen, cfg.WorkerWarm, cfg.ImportWarm = dir, "127.0.0.1:0", 0, 0
	cfg.QueryTimeout, cfg.MaxUploadBytes, cfg.MaxUnpackedBytes, cfg.MaxLineBytes = queryTime, uploadBytes, 64<<20, 1<<20
	cfg.ImportTimeout = 20 * time.Second
	cfg.Auth, cfg.LoginAttempts, cfg.UserRequestsPerMinute, cfg.PlaceRequestsPerMinute = auth, 1000, 0, 0
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	a, err := app.New(ctx, *cfg, slog.New(slog.NewJSONHandler(os.Stderr, nil)), app.WithWorkerCommand(os.Args[0], workers))
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Serve(ctx, func(addr net.Addr) { fmt.Println("http://" + addr.String()) })
}

// modelOnly is an environment that sets a language model, if anything.
func modelOnly(name string) (string, bool) {
	if !strings.HasPrefix(name, "TABLETALK_MODEL") {
		return "", false
	}
	return os.LookupEnv(name)
}

// house is a server of its own process, what is hidden in it, and two
// sessions: the attacker's, and a neighbour's that must never notice.
type house struct {
	base      string
	dir       string
	cmd       *exec.Cmd
	log       *os.File
	http      *http.Client
	attacker  string // sessions
	neighbour string
	golden    string // the neighbour's answer
	files     int    // descriptors of the server at the start
	mine      string // tokens, where people log in: the attacker's
	theirs    string // and the neighbour's
	refresh   string // the attacker's long one
	as        string // whose requests are sent
	hidden    []string
}

// What nobody may ever see.
const (
	secretCell = "canary-cell-5f2c"
	secretEnv  = "canary-env-9a1e"
	secretFile = "canary-file-77d0"
)

const (
	sales  = "day,region,amount\n2024-01-05,North,1.5\n2024-02-05,South,2.5\n2024-03-05,South,3.5\n"
	ledger = "account,amount\n" + secretCell + ",100\nother,200\n"
)

// open starts a server whose workers play the role.
func open(t *testing.T, workers string, env ...string) *house {
	t.Helper()
	return openWith(t, workers, "local", env...)
}

// openWith starts a server where people log in, or do not.
func openWith(t *testing.T, workers, auth string, env ...string) *house {
	t.Helper()
	return openIn(t, t.TempDir(), workers, auth, env...)
}

// openIn starts a server whose data is in a folder.
func openIn(t *testing.T, dir, workers, auth string, env ...string) *house {
	t.Helper()
	h := &house{dir: dir, http: &http.Client{Timeout: time.Minute}}
	h.hidden = []string{secretCell, secretEnv, secretFile, "root:x:", "SIGSEGV", "goroutine "}
	if workers != asUngated { // the engine itself tells where its own room is
		h.hidden = append(h.hidden, h.dir)
	}
	if err := os.WriteFile(h.canary(), []byte("a,b\n"+secretFile+",2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var err error
	if h.log, err = os.Create(filepath.Join(t.TempDir(), "log")); err != nil {
		t.Fatal(err)
	}
	h.cmd = exec.Command(os.Args[0], asServer, filepath.Join(h.dir, "data"), workers, auth)
	h.cmd.Env, h.cmd.Stderr = append(append(os.Environ(), "CANARY="+secretEnv), env...), h.log
	out, err := h.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := h.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.stop(t) })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the server did not start: %v\n%s", err, h.logged(t))
	}
	h.base = strings.TrimSpace(line)
	if auth == "accounts" {
		h.people(t)
	}
	h.as = h.mine
	h.attacker = h.upload(t, "orders.csv", sales)
	h.as = h.theirs
	h.neighbour = h.upload(t, "ledger.csv", ledger)
	h.golden = h.neighbours(t)
	h.files = descriptors(t, h.cmd.Process.Pid)
	return h
}

// canary is a file beside the data of the server, readable by all.
func (h *house) canary() string { return filepath.Join(h.dir, "canary.csv") }

func (h *house) logged(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile(h.log.Name())
	if err != nil {
		t.Error(err)
	}
	return string(raw)
}

// stop ends the server and looks for what the attacks left behind.
func (h *house) stop(t *testing.T) {
	t.Helper()
	pids := children(h.cmd.Process.Pid)
	_ = h.cmd.Process.Signal(syscall.SIGTERM)
	if err := h.cmd.Wait(); err != nil {
		t.Errorf("the server ended with %v", err)
	}
	for _, pid := range pids {
		if raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid)); err == nil && bytes.Contains(raw, []byte("worker")) {
			t.Errorf("worker %d outlives the server", pid)
		}
	}
	clean(t, "the log", h.logged(t), secretCell, secretEnv, secretFile)
}

// answer is what came back: a status, and the code where it is a problem.
type answer struct {
	status int
	code   string
	body   string
}

func (a answer) String() string { return strings.TrimSpace(fmt.Sprintf("%d %s", a.status, a.code)) }

// send sends a request as it is.
func (h *house) send(t *testing.T, r *http.Request) answer {
	t.Helper()
	if h.as != "" {
		r.Header.Set("Authorization", "Bearer "+h.as)
	}
	res, err := h.http.Do(r)
	if err != nil {
		return answer{body: err.Error()}
	}
	defer res.Body.Close() //nolint:errcheck // it is read
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Errorf("the answer breaks off: %v", err)
	}
	return read(res.StatusCode, body)
}

func read(status int, body []byte) answer {
	var problem struct{ Code string }
	_ = json.Unmarshal(body, &problem)
	return answer{status, problem.Code, string(body)}
}

// post sends a document.
func (h *house) post(t *testing.T, path string, document any) answer {
	t.Helper()
	raw, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.base+path, bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	return h.send(t, r)
}

// sql runs a statement in a session.
func (h *house) sql(t *testing.T, session, statement string) answer {
	t.Helper()
	return h.post(t, "/api/v1/query/sql", map[string]string{"session_id": session, "sql": statement})
}

// offer uploads a file as a stranger would.
func (h *house) offer(t *testing.T, name string, content []byte) answer {
	t.Helper()
	return h.decided(t, "{}", name, content)
}

// decided uploads a file with what a person knows about it.
func (h *house) decided(t *testing.T, decisions, name string, content []byte) answer {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if err := form.WriteField("decisions", decisions); err != nil {
		t.Fatal(err)
	}
	part, err := form.CreateFormFile("files", name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err != nil {
		t.Fatal(err)
	}
	_ = form.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.base+"/api/v1/files/upload", &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	return h.send(t, r)
}

// upload gives the session of a file that is taken.
func (h *house) upload(t *testing.T, name, content string) string {
	t.Helper()
	a := h.offer(t, name, []byte(content))
	var made struct {
		SessionID string `json:"session_id"`
	}
	if err := json.Unmarshal([]byte(a.body), &made); err != nil || a.status != http.StatusOK {
		t.Fatalf("upload: %s %.300s", a, a.body)
	}
	return made.SessionID
}

var result = regexp.MustCompile(`"rows":\[.*?\]\]`)

// neighbours asks what the neighbour always asks.
func (h *house) neighbours(t *testing.T) string {
	t.Helper()
	a := h.sql(t, h.neighbour, "SELECT account, amount FROM ledger ORDER BY amount")
	if a.status != http.StatusOK {
		return a.String() + " " + a.body
	}
	return result.FindString(a.body)
}

// healthy checks what must hold after every attack.
func (h *house) healthy(t *testing.T, attack string, a answer) {
	t.Helper()
	clean(t, attack, a.body, h.hidden...)
	if err := h.cmd.Process.Signal(syscall.Signal(0)); err != nil {
		t.Fatalf("%.200s: the server is gone: %v\n%s", attack, err, h.logged(t))
	}
	if got := h.neighbours(t); got != h.golden {
		t.Errorf("%.200s: the neighbour got %.300s, want %s", attack, got, h.golden)
	}
}

// clean checks that a text holds nothing hidden.
func clean(t *testing.T, what, text string, hidden ...string) {
	t.Helper()
	for _, secret := range hidden {
		if i := strings.Index(text, secret); i >= 0 && !strings.Contains(what, secret) {
			t.Errorf("%.200s: shows %q: …%.300s", what, secret, text[max(0, i-100):])
		}
	}
}

// rested checks what must hold when the attacks are over: memory,
// descriptors and processes are back, and nothing lies about.
func (h *house) rested(t *testing.T) {
	t.Helper()
	pid := h.cmd.Process.Pid
	if mb := residentMB(t, pid); mb > 400 {
		t.Errorf("the server holds %d MB", mb)
	}
	h.http.CloseIdleConnections()
	late := time.After(20 * time.Second)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for descriptors(t, pid) > h.files+30 || len(children(pid)) > 8 || len(staged(t, h.dir)) > 0 {
		select {
		case <-tick.C:
		case <-late:
			t.Errorf("left over: %d descriptors (%d at the start), %d workers, staged %v", descriptors(t, pid), h.files, len(children(pid)), staged(t, h.dir))
			return
		}
	}
}

func staged(t *testing.T, dir string) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(dir, "data", "work", "uploads", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func descriptors(t *testing.T, pid int) int {
	t.Helper()
	list, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func residentMB(t *testing.T, pid int) int {
	t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		t.Fatal(err)
	}
	pages, _ := strconv.Atoi(strings.Fields(string(raw))[1])
	return pages * os.Getpagesize() >> 20
}

// children are the processes that a process started and that live.
func children(pid int) []int {
	var list []int
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, task := range tasks {
		raw, _ := os.ReadFile(task)
		for _, field := range strings.Fields(string(raw)) {
			child, _ := strconv.Atoi(field)
			list = append(list, child)
		}
	}
	return list
}
