package api

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"tabletalk/internal/fault"
)

type healthOutput struct {
	Body struct {
		Status  string `json:"status" enum:"ok"`
		PID     int    `json:"pid"`
		Version string `json:"version"`
	}
}

// health says that the process lives. It asks nobody.
func (s *Server) health(context.Context, *struct{}) (*healthOutput, error) {
	out := &healthOutput{}
	out.Body.Status, out.Body.PID, out.Body.Version = "ok", os.Getpid(), s.version
	return out, nil
}

type readyOutput struct {
	Status int
	Body   Readiness
}

// ready says whether a question would be answered now.
func (s *Server) ready(ctx context.Context, _ *struct{}) (*readyOutput, error) {
	out := &readyOutput{Status: http.StatusOK, Body: s.readiness(ctx)}
	if !out.Body.Ready {
		out.Status = http.StatusServiceUnavailable
	}
	return out, nil
}

// who gives the asker, which identify found.
func who(ctx context.Context) Identity { return visitOf(ctx).who }

// identify finds out who asks, for everything below the API's base. Where
// nobody has to be logged in, a token that is over is none.
func (s *Server) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if below(r.URL.Path, base) {
			id, err := s.gate(r)
			if err != nil && !(fault.IsKind(err, fault.Unauthenticated) && s.anonymous(r)) {
				s.refuse(w, r, problemOf(err))
				return
			}
			visitOf(r.Context()).who = id
			if err := s.paced(r, id); err != nil {
				s.refuse(w, r, problemOf(err))
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// missing answers what no route matched: the page for a browser's address, a
// problem for everything else.
func (s *Server) missing(w http.ResponseWriter, r *http.Request) {
	if allowed := s.allowed(r); len(allowed) > 0 {
		for _, m := range allowed {
			w.Header().Add("Allow", m)
		}
		s.refuse(w, r, newProblem(http.StatusMethodNotAllowed, "method_not_allowed", "This address does not take "+methodOf(r.Method)+".", "See /docs for what it takes."))
		return
	}
	if !below(r.URL.Path, base) && (r.Method == http.MethodGet || r.Method == http.MethodHead) && s.page != nil {
		s.page.ServeHTTP(w, r)
		return
	}
	s.nothing(w, r)
}

func (s *Server) nothing(w http.ResponseWriter, r *http.Request) {
	s.refuse(w, r, newProblem(http.StatusNotFound, "route_not_found", "There is nothing at this address.", "See /docs for what there is."))
}

// allowed lists the methods that a path would take.
func (s *Server) allowed(r *http.Request) []string {
	var out []string
	for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		probe := &http.Request{Method: m, URL: r.URL, Host: r.Host}
		if _, pattern := s.mux.Handler(probe); pattern != "/" && pattern != "" {
			out = append(out, m)
		}
	}
	return out
}

// openAPI serves the document that describes all routes.
func (s *Server) openAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/openapi+json")
	_, _ = w.Write(s.document)
}

// Document gives the OpenAPI document, indented.
func (s *Server) Document() ([]byte, error) {
	return json.MarshalIndent(s.huma.OpenAPI(), "", "  ")
}
