package main

import (
	"encoding/json"
	"errors"
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
	smallTimes = 3
)

// turns are the times of one file.
type turns struct {
	bare, ours, other []time.Duration
	bareCPU, oursCPU  []time.Duration
	most              float64       // MB of all processes
	health, empty     time.Duration // the longest waits
}

// ingest times uploads, what they are compared with and, if there is one, the
// other server, in turns. A small file is quickly done and takes more turns.
func (b *bench) ingest(file string) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	k, err := kindOf(file)
	if err != nil {
		return err
	}
	rounds := b.rounds
	if info.Size() < smallBytes {
		rounds *= smallTimes
	}
	b.server.forgetPeak()
	before, _ := b.server.memory("VmRSS")
	var t turns
	for n := range rounds {
		if err := b.turn(file, k, n, &t); err != nil {
			return err
		}
	}
	most, _ := b.server.memory("VmHWM")
	b.reportUpload(filepath.Base(file), info.Size(), k, t)
	b.report.add("  server grew by", max(0, most-before), 64, "MB", "")
	if info.Size() >= smallBytes {
		b.report.add("  /healthz meanwhile, longest wait", ms(t.health), max(25, ms(t.empty)), "ms", "%.3g ms for a process that does nothing", ms(t.empty))
	}
	return nil
}

// turn is one round. Before it the server comes to rest: what it does after an
// upload is not the next one's.
func (b *bench) turn(file string, k kind, round int, t *turns) error {
	b.server.rest()
	bare, err := b.compared(k, file)
	if err != nil && !errors.Is(err, errNotThere) {
		return err
	}
	if err == nil {
		t.bare, t.bareCPU = append(t.bare, bare.Took), append(t.bareCPU, bare.CPU)
	}
	size, err := fresh(file, k, round)
	if err != nil {
		return err
	}
	stop := b.watch(t, size)
	busy := b.server.busy()
	ours, _, err := upload(b.server.base, "", file, size)
	t.oursCPU = append(t.oursCPU, b.server.busy()-busy)
	stop()
	if err != nil {
		return err
	}
	t.ours = append(t.ours, ours)
	if b.other == nil || filepath.Ext(file) != ".csv" || size > hugeBytes { // it reads few other formats
		return nil
	}
	other, _, err := upload(b.other.base, b.other.token, file, size)
	t.other = append(t.other, other)
	return err
}

// fresh is how much of the file makes an upload that is like no other.
func fresh(file string, k kind, round int) (int64, error) {
	if k.lines {
		return without(file, round)
	}
	info, err := os.Stat(file)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// watch asks the server, and a process that does nothing, whether they live,
// and adds up the memory, until it is stopped. It leaves a small file alone.
func (b *bench) watch(t *turns, size int64) (stop func()) {
	if size < smallBytes {
		return func() {}
	}
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

// reportUpload holds a file against the limits of its kind and size.
func (b *bench) reportUpload(name string, size int64, k kind, t turns) {
	what, took := name+": upload to answerable", median(t.ours)
	if len(t.bare) == 0 {
		b.report.add(what, ms(took), 0, "ms", "%s; there is no %s to compare with", both(t.ours), k.than)
		return
	}
	bare := median(t.bare)
	ratio, note, unit := float64(took)/float64(bare), both(t.ours)+", "+k.than+" "+both(t.bare), "× "+k.than
	if len(t.other) > 0 {
		note += ", the other server " + both(t.other)
	}
	if cpu := median(t.bareCPU); cpu > 0 {
		note += fmt.Sprintf("; of the processors %.0f ms, %s %.0f", ms(median(t.oursCPU)), k.than, ms(cpu))
	}
	switch {
	case k.than == copying:
		b.report.add(what, ms(took), 2000+ms(bare), "ms", "%s", note)
	case k.limit > 0:
		b.report.add(what, ratio, k.limit, unit, "%s", note)
	case size < smallBytes && len(t.other) > 0:
		b.report.add(what, ms(took), ms(median(t.other)), "ms", "%s", note)
	case size < smallBytes:
		b.report.add(what, ms(took), 50, "ms", "%s", note)
	case size < hugeBytes:
		b.report.add(what, ratio, 2, unit, "%s", note)
	default:
		b.report.add(what, ratio, 2.5, unit, "%s", note)
		b.report.add("  all processes together, resident", t.most, 1200, "MB", "")
	}
}

// upload sends the first bytes of a file into a new session and waits for the
// answer.
func upload(base, token, file string, size int64) (time.Duration, string, error) {
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
			_, err = io.CopyBuffer(struct{ io.Writer }{part}, struct{ io.Reader }{io.LimitReader(f, size)}, make([]byte, 256<<10))
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
