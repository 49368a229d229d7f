package app_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tabletalk/internal/config"
)

// tus sends a request of the protocol and gives the response, its body read.
func (h *house) tus(t *testing.T, method, path, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, h.web.URL+path, strings.NewReader(body))
	must(t, err)
	r.Header.Set("Tus-Resumable", "1.0.0")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := h.web.Client().Do(r)
	must(t, err)
	defer res.Body.Close() //nolint:errcheck // it is read
	text, err := io.ReadAll(res.Body)
	must(t, err)
	if res.Header.Get("Tus-Resumable") != "1.0.0" {
		t.Errorf("%s %s: no version in the answer", method, path)
	}
	return res, string(text)
}

const piece = "application/offset+octet-stream"

// begin begins an upload and gives its address.
func (h *house) begin(t *testing.T, length int, name, session string) string {
	t.Helper()
	meta := "filename " + base64.StdEncoding.EncodeToString([]byte(name)) + ",session_id " + base64.StdEncoding.EncodeToString([]byte(session))
	res, text := h.tus(t, "POST", "/api/v1/uploads", "", "Upload-Length", fmt.Sprint(length), "Upload-Metadata", meta)
	if res.StatusCode != 201 {
		t.Fatalf("%d %s", res.StatusCode, text)
	}
	return res.Header.Get("Location")
}

func TestResumedUpload(t *testing.T) { everywhere(t, resumedUpload) }

func resumedUpload(t *testing.T, h *house) {
	s, err := h.CreateSession(t.Context(), "s")
	must(t, err)
	at := h.begin(t, len(people), "../people.csv", s.ID)
	half := len(people) / 2
	if res, text := h.tus(t, "PATCH", at, people[:half], "Content-Type", piece, "Upload-Offset", "0"); res.StatusCode != 204 || res.Header.Get("Upload-Offset") != fmt.Sprint(half) {
		t.Fatalf("%d %s", res.StatusCode, text)
	}
	if res, _ := h.tus(t, "HEAD", at, ""); res.StatusCode != 200 || res.Header.Get("Upload-Offset") != fmt.Sprint(half) || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	for _, wrong := range []struct {
		body, offset, kind string
		status             int
	}{{people, "0", piece, 409}, {"x", fmt.Sprint(half), "text/csv", 415}, {"x", "-", piece, 415}, {people + people, fmt.Sprint(half), piece, 413}} {
		if res, text := h.tus(t, "PATCH", at, wrong.body, "Content-Type", wrong.kind, "Upload-Offset", wrong.offset); res.StatusCode != wrong.status {
			t.Errorf("%+v: %d %s", wrong, res.StatusCode, text)
		}
	}
	if res, _ := h.tus(t, "HEAD", at, ""); res.Header.Get("Upload-Offset") != fmt.Sprint(half) {
		t.Errorf("a refused piece was kept: %s", res.Header.Get("Upload-Offset"))
	}
	if res, text := h.tus(t, "PATCH", at, people[half:], "Content-Type", piece, "Upload-Offset", fmt.Sprint(half)); res.StatusCode != 204 {
		t.Fatalf("%d %s", res.StatusCode, text)
	}
	_, text := h.tus(t, "GET", at, "")
	var u struct {
		SessionID string `json:"session_id"`
		FileID    string `json:"file_id"`
		JobID     string `json:"job_id"`
	}
	must(t, json.Unmarshal([]byte(text), &u))
	if u.SessionID != s.ID || u.FileID == "" || u.JobID == "" {
		t.Fatal(text)
	}
	until(t, h.watch(t, s.ID, 0), final)
	if got := h.rows(t, s.ID, "SELECT count(*) FROM people"); got != "[[5]]" {
		t.Errorf("rows %s", got)
	}
	if res, _ := h.tus(t, "DELETE", at, ""); res.StatusCode != 204 {
		t.Errorf("%d", res.StatusCode)
	}
	if res, text := h.tus(t, "HEAD", at, ""); res.StatusCode != 404 {
		t.Errorf("%d %s", res.StatusCode, text)
	}
	h.nothingStaged(t)
}

// An upload goes on after the program was started again, and one of which the
// last byte had come is taken then.
func TestResumedAfterARestart(t *testing.T) {
	h := open(t)
	half := len(people) / 2
	at := h.begin(t, len(people), "people.csv", "")
	h.tus(t, "PATCH", at, people[:half], "Content-Type", piece, "Upload-Offset", "0")
	must(t, h.app.Close())
	again := open(t, func(c *config.Config) { c.Data = h.dir })
	if res, _ := again.tus(t, "HEAD", at, ""); res.Header.Get("Upload-Offset") != fmt.Sprint(half) {
		t.Fatalf("at %s", res.Header.Get("Upload-Offset"))
	}
	// As if the program had died when the last byte was written.
	data := filepath.Join(h.dir, "work", "uploads-resumable", filepath.Base(at), "data")
	must(t, os.WriteFile(data, []byte(people), 0o600))
	_, text := again.tus(t, "GET", at, "")
	if !strings.Contains(text, `"job_id":"`) || strings.Contains(text, `"job_id":""`) {
		t.Errorf("the upload was not taken: %s", text)
	}
}

func TestUploadsThatAreRefused(t *testing.T) {
	h := open(t, func(c *config.Config) { c.MaxUploadBytes = 1000; c.MaxSessionBytes = 1500 })
	s, err := h.CreateSession(t.Context(), "s")
	must(t, err)
	session := "session_id " + base64.StdEncoding.EncodeToString([]byte(s.ID))
	for _, c := range []struct {
		headers []string
		status  int
		code    string
	}{
		{[]string{"Upload-Length", "1001"}, 413, "upload_too_large"},
		{[]string{"Upload-Length", "x"}, 400, "upload_length"},
		{[]string{"Upload-Length", "-1"}, 400, "upload_length"},
		{[]string{"Upload-Length", "1", "Upload-Metadata", "filename %"}, 400, "upload_metadata"},
		{[]string{"Upload-Length", "1", "Tus-Resumable", "0.2"}, 412, "tus_version"},
		{[]string{"Upload-Length", "1", "Upload-Metadata", "session_id " + base64.StdEncoding.EncodeToString([]byte(stranger))}, 404, "session_not_found"},
	} {
		if res, text := h.tus(t, "POST", "/api/v1/uploads", "", c.headers...); res.StatusCode != c.status || !strings.Contains(text, `"`+c.code+`"`) {
			t.Errorf("%v: %d %s", c.headers, res.StatusCode, text)
		}
	}
	for _, id := range []string{stranger, "..%2F..%2Fnode"} {
		if res, text := h.tus(t, "GET", "/api/v1/uploads/"+id, ""); res.StatusCode != 404 {
			t.Errorf("%s: %d %s", id, res.StatusCode, text)
		}
	}
	// What is stored counts, whichever way it comes.
	_, err = h.Upload(t.Context(), s.ID, file("a.csv", "n\n"+strings.Repeat("1\n", 300)))
	must(t, err)
	_, err = h.Upload(t.Context(), s.ID, file("b.csv", "n\n"+strings.Repeat("2\n", 480)))
	wants(t, err, 413, "quota_reached")
	if res, text := h.tus(t, "POST", "/api/v1/uploads", "", "Upload-Length", "990", "Upload-Metadata", session); res.StatusCode != 413 || !strings.Contains(text, "max-session-bytes") {
		t.Errorf("%d %s", res.StatusCode, text)
	}
	res, _ := h.tus(t, "OPTIONS", "/api/v1/uploads", "")
	if res.StatusCode != 204 || res.Header.Get("Tus-Max-Size") != "1000" || !strings.Contains(res.Header.Get("Tus-Extension"), "termination") {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	var none bytes.Buffer
	if _, err := h.newVersion(t, stranger, "x.csv", none.String()); err == nil {
		t.Error("a version of nothing was taken")
	}
	h.nothingStaged(t)
}
