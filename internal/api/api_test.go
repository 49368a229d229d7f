package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"tabletalk/internal/golden"
)

// door is a server without rooms behind it: what it answers comes from the
// door itself.
func door(t testing.TB, change func(*Options)) *Server {
	t.Helper()
	o := Options{
		Version: "test", Hosts: []string{"localhost", "127.0.0.1", "::1", "example.com"}, Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
		Gate: func(*http.Request) (Identity, error) {
			return Identity{ID: "u", Name: "Local user", Role: "admin", Workspace: "w", Auth: "local"}, nil
		},
		Ready: func(context.Context) Readiness { return Readiness{Ready: true, Checks: map[string]Check{}} },
		Asker: asker{},
		Page:  fstest.MapFS{"index.html": {Data: []byte("<!doctype html><title>page</title>")}, "assets/app-1a2b.js": {Data: []byte("1")}},
	}
	if change != nil {
		change(&o)
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func serve(s *Server, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestDocumentIsGolden(t *testing.T) {
	got, err := door(t, nil).Document()
	if err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, filepath.Join("testdata", "openapi.json"), string(got)+"\n")
}

// What huma does not serve is told by hand, and must not be forgotten.
func TestPlainRoutesAreDescribed(t *testing.T) {
	s := door(t, nil)
	told := map[string]bool{}
	for _, p := range plains {
		told[p.method+" "+base+p.path] = true
	}
	served := map[string]bool{"GET " + base + socketPath: true}
	for pattern := range s.tusRoutes() {
		served[pattern] = true
	}
	if diff := cmp.Diff(served, told); diff != "" {
		t.Errorf("(-served +described):\n%s", diff)
	}
}

func TestProblems(t *testing.T) {
	s := door(t, nil)
	tests := []struct {
		name, method, path, kind, body string
		status                         int
		code                           string
	}{
		{"unknown route", "GET", "/api/v1/nothing", "", "", 404, "route_not_found"},
		{"base alone", "GET", "/api/v1", "", "", 404, "route_not_found"},
		{"wrong method", "DELETE", "/api/v1/query/process", "", "", 405, "method_not_allowed"},
		{"wrong method on a file", "PUT", "/api/v1/files/x", "", "", 405, "method_not_allowed"},
		{"write to the page", "POST", "/somewhere", "", "", 404, "route_not_found"},
		{"no body", "POST", "/api/v1/query/process", "application/json", "", 400, "malformed_request"},
		{"not JSON", "POST", "/api/v1/query/process", "application/json", "{", 400, "malformed_request"},
		{"wrong media type", "POST", "/api/v1/query/process", "text/plain", "{}", 415, "unsupported_media_type"},
		{"missing field", "POST", "/api/v1/query/process", "application/json", `{"query":"x"}`, 422, "invalid_request"},
		{"wrong type", "POST", "/api/v1/query/process", "application/json", `{"session_id":5}`, 422, "invalid_request"},
		{"empty question", "POST", "/api/v1/query/process", "application/json", `{"session_id":"s","query":"  ","unknown":1}`, 422, "question_empty"},
		{"long question", "POST", "/api/v1/query/process", "application/json", `{"session_id":"s","query":"` + strings.Repeat("a", 100_000) + `"}`, 413, "question_too_long"},
		{"huge body", "POST", "/api/v1/query/process", "application/json", `{"query":"` + strings.Repeat("a", maxJSON) + `"}`, 413, "request_too_large"},
		{"bad clock", "POST", "/api/v1/query/process", "application/json", `{"session_id":"s","query":"x","now":"soon"}`, 422, "now_invalid"},
		{"bad limit", "GET", "/api/v1/sessions?limit=0", "", "", 422, "invalid_request"},
		{"upload that is no form", "POST", "/api/v1/files/upload", "application/json", "{}", 415, "unsupported_media_type"},
		{"upload without files", "POST", "/api/v1/files/upload", "multipart/form-data; boundary=b", "--b--\r\n", 422, "no_files"},
		{"upload that breaks off", "POST", "/api/v1/files/upload", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx", 400, "upload_incomplete"},
		{"no accounts", "POST", "/api/v1/auth/login", "application/json", `{}`, 409, "auth_not_enabled"},
		{"no samples", "POST", "/api/v1/samples", "", "", 404, "no_samples"},
		{"events that are gone", "POST", "/api/v1/query/stream", "application/json", `{"session_id":"s","query":"x"}`, 404, "stream_gone"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, tt.path, strings.NewReader(tt.body))
			if tt.kind != "" {
				r.Header.Set("Content-Type", tt.kind)
			}
			if tt.code == "stream_gone" {
				r.Header.Set("Last-Event-ID", "nobody.3")
			}
			w := serve(s, r)
			checkProblem(t, w, tt.status, tt.code)
		})
	}
}

func checkProblem(t *testing.T, w *httptest.ResponseRecorder, status int, code string) {
	t.Helper()
	if w.Code != status {
		t.Errorf("status %d, want %d", w.Code, status)
	}
	if got := w.Header().Get("Content-Type"); got != problemType {
		t.Errorf("media type %q", got)
	}
	var p Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	if p.Code != code || p.Status != status || p.Title == "" || p.Detail == "" || p.RequestID == "" || p.Type == "" {
		t.Errorf("got %+v, want code %s", p, code)
	}
	if p.Code == "invalid_request" && p.Detail == "The request was not understood." {
		t.Error("it does not say what was not understood")
	}
	if p.RequestID != w.Header().Get("X-Request-Id") {
		t.Errorf("the request id in the body and in the header differ")
	}
}

// A parameter in a struct that huma does not look into would be empty for ever.
func TestEveryPathParameterIsRead(t *testing.T) {
	for path, item := range door(t, nil).huma.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			read := map[string]bool{}
			for _, p := range op.Parameters {
				read[p.Name] = p.In == "path"
			}
			for name := range strings.SplitSeq(path, "/") {
				if strings.HasPrefix(name, "{") && !read[strings.Trim(name, "{}")] {
					t.Errorf("%s %s does not read %s", op.Method, path, name)
				}
			}
		}
	}
}
