package api

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"tabletalk/internal/fault"
	"tabletalk/internal/session"
)

// keepBytes is the longest answer that is kept under a key; a longer one
// leaves the key free, and the request is simply done again.
const keepBytes = 4 << 20

// once gives the first answer again to a request that carries the key of an
// earlier one. Only answers that settle the matter are kept: after a failure
// of ours, or a client that went away, the same key may be tried again.
func (s *Server) once(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Idempotency-Key") == "" || s.attempts == nil {
			next(w, r)
			return
		}
		attempt, err := attemptOf(r)
		if err != nil {
			s.refuse(w, r, problemOf(err))
			return
		}
		claim, earlier, err := s.attempts.Begin(r.Context(), attempt)
		switch {
		case err != nil:
			drain(r.Body)
			s.refuse(w, r, problemOf(err))
		case earlier != nil:
			drain(r.Body) // so that the client is done sending before it reads
			w.Header().Set("Idempotency-Replayed", "true")
			w.Header().Set("Content-Type", earlier.ContentType)
			w.WriteHeader(earlier.Status)
			_, _ = w.Write(earlier.Body)
		default:
			s.answerOnce(w, r, attempt, claim, next)
		}
	}
}

// attemptOf names the request. A JSON body is part of what must be the same;
// of an upload only the announced size is, for it is not read twice.
func attemptOf(r *http.Request) (session.Attempt, error) {
	a := session.Attempt{Workspace: who(r.Context()).Workspace, Route: r.Pattern, Key: r.Header.Get("Idempotency-Key")}
	if r.URL.Path == base+uploadPath {
		a.BodyHash = fingerprint(r.URL.Path, r.ContentLength)
		return a, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxJSON+1))
	if err != nil {
		return a, fault.New(fault.Malformed, "body_incomplete", "The body of the request did not arrive whole.").Because(err)
	}
	a.BodyHash = fingerprint(r.URL.Path, body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return a, nil
}

// answerOnce lets the handler answer, and keeps what it said.
func (s *Server) answerOnce(w http.ResponseWriter, r *http.Request, a session.Attempt, claim string, next http.HandlerFunc) {
	copied, settled := &copying{ResponseWriter: w}, false
	defer func() {
		ctx := context.WithoutCancel(r.Context())
		reply := session.Reply{Status: copied.status, ContentType: w.Header().Get("Content-Type"), Body: copied.body.Bytes()}
		err := s.settle(ctx, a, claim, reply, settled && r.Context().Err() == nil)
		if err != nil {
			s.log.ErrorContext(ctx, "idempotency key not settled", "request_id", requestID(ctx), "cause", err.Error())
		}
	}()
	next(copied, r)
	if copied.status == 0 {
		copied.status = http.StatusOK
	}
	settled = copied.status < http.StatusInternalServerError && copied.status != http.StatusTooManyRequests && copied.body.Len() <= keepBytes
}

func (s *Server) settle(ctx context.Context, a session.Attempt, claim string, reply session.Reply, keep bool) error {
	if keep {
		return s.attempts.Finish(ctx, a, claim, reply)
	}
	return s.attempts.Abandon(ctx, a, claim)
}

// copying keeps a copy of what passes.
type copying struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// WriteHeader remembers the first status.
func (c *copying) WriteHeader(status int) {
	if c.status == 0 {
		c.status = status
	}
	c.ResponseWriter.WriteHeader(status)
}

// Write copies.
func (c *copying) Write(b []byte) (int, error) {
	if c.body.Len() <= keepBytes {
		c.body.Write(b)
	}
	return c.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (c *copying) Unwrap() http.ResponseWriter { return c.ResponseWriter }
