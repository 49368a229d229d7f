package api

import (
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// policy is the Content-Security-Policy of every answer.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; worker-src 'self'; connect-src 'self'; " +
	"img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types 'none'"

// secureHeaders are on every answer, whatever it is.
func secureHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		if strings.HasPrefix(r.URL.Path, base) {
			h.Set("Cache-Control", "no-store")
		}
		next.ServeHTTP(w, r)
	})
}

// guard refuses names that are not ours (a page elsewhere that made its own
// name point at this machine) and writes that come from another origin.
func (s *Server) guard(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.secure { // the address that people use is encrypted, and stays so
			w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		}
		if !s.ours(r.Host) {
			s.refuse(w, r, newProblem(http.StatusMisdirectedRequest, "host_not_allowed",
				"This server does not answer under that name.", "Open it as http://localhost or http://127.0.0.1, or name the host in the setting allowed-hosts."))
			return
		}
		if err := cross.Check(r); err != nil {
			s.refuse(w, r, newProblem(http.StatusForbidden, "origin_not_allowed",
				"A page of another origin may not change anything here.", "Send the request from the page of this server, or without a browser."))
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Server) refuse(w http.ResponseWriter, r *http.Request, p *Problem) {
	noteProblem(r.Context(), p)
	p.tell(w.Header().Set)
	writeProblem(w, r, p)
}

// ours reports whether a Host header names this server. The port is left out:
// it may be forwarded, and a stranger's page cannot choose the name.
func (s *Server) ours(host string) bool {
	if s.hosts[AnyHost] {
		return true
	}
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.TrimSuffix(strings.ToLower(strings.Trim(name, "[]")), ".")
	return s.hosts[name]
}

// timeBody bounds how long a body may take: an upload may take as long as
// bytes keep coming, everything else has BodyTime in all. The deadline is
// taken away at the end of the body, because the connection would otherwise
// count as gone while a long answer is made.
func (s *Server) timeBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != nil && r.Body != http.NoBody {
			b := &timedBody{ReadCloser: r.Body, deadline: http.NewResponseController(w).SetReadDeadline}
			if carriesFiles(r) {
				b.idle = s.limits.UploadIdle
			} else {
				b.until = time.Now().Add(s.limits.BodyTime)
			}
			r.Body = b
		}
		next.ServeHTTP(w, r)
	})
}

// carriesFiles reports whether a request's body may be large: it may take as
// long as it comes.
func carriesFiles(r *http.Request) bool {
	p, ok := strings.CutPrefix(r.URL.Path, base)
	return ok && (p == uploadPath || below(p, resumePath) || strings.HasPrefix(p, "/files/") && strings.HasSuffix(p, "/versions") || strings.HasPrefix(p, "/tables/") && strings.HasSuffix(p, "/rows"))
}

type timedBody struct {
	io.ReadCloser
	deadline func(time.Time) error
	idle     time.Duration
	until    time.Time
	failed   bool
}

// Read reads within the time limit; a connection without deadlines is read
// without one. The deadline goes at the end of the body only: what follows an
// error, the server's own look for a rest of it included, must not wait.
func (b *timedBody) Read(p []byte) (int, error) {
	until := b.until
	if b.idle > 0 {
		until = time.Now().Add(b.idle)
	}
	if b.failed {
		until = time.Now()
	}
	_ = b.deadline(until)
	n, err := b.ReadCloser.Read(p)
	switch {
	case err == io.EOF: //nolint:errorlint // a body ends with EOF itself
		_ = b.deadline(time.Time{})
	case err != nil:
		b.failed = true
	}
	return n, err
}
