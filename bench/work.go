package main

import (
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// ingest times uploads, the reference and, if there is one, the other server,
// in turns.
func ingest(o options, s *server, file string) error {
	var ours, theirs, others []time.Duration
	out := filepath.Join(s.dir, "bare.parquet")
	var worst time.Duration
	for range o.rounds {
		d, err := bareCopy(file, out)
		if err != nil {
			return err
		}
		theirs = append(theirs, d)
		stop := poll(s.base+"/healthz", &worst)
		d, _, err = upload(s.base, file)
		stop()
		if err != nil {
			return err
		}
		ours = append(ours, d)
		if o.baseline != "" {
			if d, _, err = upload(o.baseline, file); err != nil {
				return err
			}
			others = append(others, d)
		}
	}
	fmt.Printf("\n%s, %d rounds\n", filepath.Base(file), o.rounds)
	row("bare CSV to Parquet", median(theirs), 0)
	row("upload to answerable", median(ours), median(theirs))
	if len(others) > 0 {
		row("the other server", median(others), median(theirs))
	}
	row("worst /healthz", worst, 0)
	s.printMemory("after upload")
	return nil
}

// upload sends one file into a new session and waits for the answer.
func upload(base, file string) (time.Duration, string, error) {
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
			_, err = io.Copy(part, f)
		}
		m.Close()
		w.CloseWithError(err)
	}()
	began := time.Now()
	resp, err := http.Post(base+"/api/v1/files/upload", m.FormDataContentType(), r)
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

// poll asks url every 10 ms until stopped and keeps the longest wait.
func poll(url string, worst *time.Duration) (stop func()) {
	done, ended := make(chan struct{}), sync.WaitGroup{}
	ended.Go(func() {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
			}
			began := time.Now()
			if r, err := http.Get(url); err == nil {
				io.Copy(io.Discard, r.Body)
				r.Body.Close()
			}
			*worst = max(*worst, time.Since(began))
		}
	})
	return func() { close(done); ended.Wait() }
}

// ask times a warm question against the same SQL run by the reference over
// the very Parquet file the server keeps, then the same question again.
func ask(o options, s *server, file string) error {
	_, session, err := upload(s.base, file)
	if err != nil {
		return err
	}
	parquet, err := largest(s.dir)
	if err != nil {
		return err
	}
	const times = 20
	bare, err := runBare("query", parquet, o.sql, fmt.Sprint(times))
	if err != nil {
		return err
	}
	warm, err := asked(s.base, session, o.question, times, false)
	if err != nil {
		return err
	}
	cached, err := asked(s.base, session, o.question, 10*times, true)
	if err != nil {
		return err
	}
	fmt.Printf("\n%q\n", o.question)
	row("bare SQL", median(bare), 0)
	row("warm question", median(warm), median(bare))
	fmt.Printf("%-22s %8.1f ms\n", "  over the bare SQL", ms(median(warm)-median(bare)))
	row("from the cache", median(cached), 0)
	s.printMemory("after questions")
	return nil
}

// asked times the same question several times after one that warms up.
func asked(base, session, question string, times int, cache bool) ([]time.Duration, error) {
	var list []time.Duration
	for range times + 1 {
		var answer struct {
			Status string `json:"status"`
		}
		began := time.Now()
		err := post(base+"/api/v1/query/process", map[string]any{"session_id": session, "query": question, "use_cache": cache}, &answer)
		if err != nil {
			return nil, err
		}
		if answer.Status != "answered" {
			return nil, fmt.Errorf("the question was not answered but %s", answer.Status)
		}
		list = append(list, time.Since(began))
	}
	return list[1:], nil
}

// largest finds the largest Parquet file that the server keeps.
func largest(dir string) (string, error) {
	var found []string
	size := map[string]int64{}
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && filepath.Ext(path) == ".parquet" && filepath.Base(path) != "bare.parquet" {
			found, size[path] = append(found, path), info.Size()
		}
		return nil
	})
	if err != nil || len(found) == 0 {
		return "", fmt.Errorf("no Parquet file below the data directory (%v)", err)
	}
	return slices.MaxFunc(found, func(a, b string) int { return int(size[a] - size[b]) }), nil
}
