package main

import (
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Files are small, large or huge by their size, and have limits of their own.
const (
	smallBytes = 5 << 20
	hugeBytes  = 500 << 20
)

// turns are the times of one file.
type turns struct {
	bare, ours, other []time.Duration
	most              float64       // MB of all processes
	health, empty     time.Duration // the longest waits
}

// ingest times uploads, the reference and, if there is one, the other server,
// in turns.
func (b *bench) ingest(file string) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	before, _ := b.server.memory("VmRSS")
	var t turns
	for range b.rounds {
		if err := b.turn(file, &t); err != nil {
			return err
		}
	}
	most, _ := b.server.memory("VmHWM")
	b.reportUpload(filepath.Base(file), info.Size(), t)
	b.report.add("  server grew by", max(0, most-before), 64, "MB", "")
	b.report.add("  /healthz meanwhile, longest wait", ms(t.health), max(25, ms(t.empty)), "ms", "%.3g ms for a process that does nothing", ms(t.empty))
	return nil
}

func (b *bench) turn(file string, t *turns) error {
	bare, err := b.bare.copy(file, filepath.Join(b.server.dir, "bare.parquet"))
	if err != nil {
		return err
	}
	t.bare = append(t.bare, bare)
	stop := b.watch(t)
	ours, _, err := upload(b.server.base, "", file)
	stop()
	if err != nil {
		return err
	}
	t.ours = append(t.ours, ours)
	if b.other == nil {
		return nil
	}
	other, _, err := upload(b.other.base, b.other.token, file)
	t.other = append(t.other, other)
	return err
}

// watch asks the server, and a process that does nothing, whether they live,
// and adds up the memory, until it is stopped.
func (b *bench) watch(t *turns) (stop func()) {
	stops := []func(){
		every(10*time.Millisecond, func() { t.health = max(t.health, get(b.server.base+"/healthz")) }),
		every(10*time.Millisecond, func() { t.empty = max(t.empty, get(b.bare.empty)) }),
		every(100*time.Millisecond, func() { t.most = max(t.most, b.server.all()) }),
	}
	return func() {
		for _, s := range stops {
			s()
		}
	}
}

// reportUpload holds a file against the limits of its size.
func (b *bench) reportUpload(name string, size int64, t turns) {
	took, bare := median(t.ours), median(t.bare)
	ratio, note := float64(took)/float64(bare), both(t.ours)+", bare "+both(t.bare)
	if len(t.other) > 0 {
		note += ", the other server " + both(t.other)
	}
	what := name + ": upload to answerable"
	switch {
	case size < smallBytes:
		b.report.add(what, ms(took), max(50, ms(median(t.other))), "ms", "%s", note)
	case size < hugeBytes:
		b.report.add(what, ratio, 2, "× bare", "%s", note)
	default:
		b.report.add(what, ratio, 2.5, "× bare", "%s", note)
		b.report.add("  all processes together, resident", t.most, 1200, "MB", "")
	}
}

// upload sends one file into a new session and waits for the answer.
func upload(base, token, file string) (time.Duration, string, error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, "", err
	}
	defer f.Close()
	r, w := io.Pipe()
	m := multipart.NewWriter(w)
	go func() {
		part, err := m.CreateFormFile("files", filepath.Base(file))
		if err == nil {
			_, err = io.CopyBuffer(struct{ io.Writer }{part}, struct{ io.Reader }{f}, make([]byte, 256<<10))
		}
		m.Close()
		w.CloseWithError(err)
	}()
	request, err := http.NewRequest(http.MethodPost, base+"/api/v1/files/upload", r)
	if err != nil {
		return 0, "", err
	}
	request.Header.Set("Content-Type", m.FormDataContentType())
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	return receipt(request)
}

// receipt sends an upload and reads which session it made.
func receipt(request *http.Request) (time.Duration, string, error) {
	began := time.Now()
	resp, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	took := time.Since(began)
	if err != nil || resp.StatusCode != http.StatusOK {
		return 0, "", fmt.Errorf("the upload answered %s: %.200s", resp.Status, body)
	}
	var reply struct {
		SessionID string `json:"session_id"`
	}
	return took, reply.SessionID, json.Unmarshal(body, &reply)
}

// get gives how long a request took.
func get(url string) time.Duration {
	began := time.Now()
	if r, err := http.Get(url); err == nil {
		io.Copy(io.Discard, r.Body)
		r.Body.Close()
	}
	return time.Since(began)
}

// every calls f again and again until it is stopped.
func every(pause time.Duration, f func()) (stop func()) {
	done, ended := make(chan struct{}), sync.WaitGroup{}
	ended.Go(func() {
		tick := time.NewTicker(pause)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				f()
			}
		}
	})
	return func() { close(done); ended.Wait() }
}
