package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

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
			replay(w, earlier)
		default:
			s.answerOnce(w, r, &arrival{attempt: attempt, claim: claim}, next)
		}
	}
}

// attemptOf names the request. Its body is part of what must be the same.
func attemptOf(r *http.Request) (session.Attempt, error) {
	a := namedAttempt(r)
	body, err := io.ReadAll(io.LimitReader(r.Body, maxJSON+1))
	if err != nil {
		return a, fault.New(fault.Malformed, "body_incomplete", "The body of the request did not arrive whole.").Because(err)
	}
	a.BodyHash = fingerprint(r.URL.Path, body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return a, nil
}

func namedAttempt(r *http.Request) session.Attempt {
	return session.Attempt{Workspace: who(r.Context()).Workspace, Route: strings.TrimSpace(r.Pattern + " " + who(r.Context()).person()), Key: r.Header.Get("Idempotency-Key")}
}

// onceArrived is once for requests whose bodies are files: what they hold is
// known when they have arrived, and the handler says it then (arrived).
func (s *Server) onceArrived(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Idempotency-Key") == "" || s.attempts == nil {
			next(w, r)
			return
		}
		x := &arrival{attempts: s.attempts, attempt: namedAttempt(r)}
		r = r.WithContext(context.WithValue(r.Context(), arrivalKey{}, x))
		s.answerOnce(w, r, x, next)
	}
}

// arrival is an attempt that is claimed when its files are there.
type arrival struct {
	attempts session.Idempotency
	attempt  session.Attempt
	claim    string
	earlier  *session.Reply
}

type arrivalKey struct{}

// errReplayed ends a handler whose answer was given before: nobody sees it.
var errReplayed = errors.New("api: answered before")

// arrived claims the attempt of a request whose content is known now by a
// digest. Its error ends the request.
func arrived(ctx context.Context, digest string) error {
	x, ok := ctx.Value(arrivalKey{}).(*arrival)
	if !ok {
		return nil
	}
	var err error
	x.attempt.BodyHash = digest
	if x.claim, x.earlier, err = x.attempts.Begin(ctx, x.attempt); err == nil && x.earlier != nil {
		err = errReplayed
	}
	return err
}

// replay gives an earlier answer again.
func replay(w http.ResponseWriter, earlier *session.Reply) {
	w.Header().Set("Idempotency-Replayed", "true")
	w.Header().Set("Content-Type", earlier.ContentType)
	w.WriteHeader(earlier.Status)
	_, _ = w.Write(earlier.Body) // a client that went away cannot be told
}

// answerOnce lets the handler answer, and keeps what it said.
func (s *Server) answerOnce(w http.ResponseWriter, r *http.Request, x *arrival, next http.HandlerFunc) {
	copied, settled := &copying{ResponseWriter: w, held: func() bool { return x.earlier != nil }}, false
	defer func() {
		ctx := context.WithoutCancel(r.Context())
		reply := session.Reply{Status: copied.status, ContentType: w.Header().Get("Content-Type"), Body: copied.body.Bytes()}
		if x.claim == "" {
			return
		}
		if err := s.settle(ctx, x.attempt, x.claim, reply, settled && r.Context().Err() == nil); err != nil {
			s.log.ErrorContext(ctx, "idempotency key not settled", "request_id", requestID(ctx), "cause", err.Error())
		}
	}()
	next(copied, r)
	if x.earlier != nil {
		noteProblem(r.Context(), nil)
		replay(w, x.earlier)
		return
	}
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

// copying keeps a copy of what passes. What is held does not pass.
type copying struct {
	http.ResponseWriter
	held   func() bool
	status int
	body   bytes.Buffer
}

// WriteHeader remembers the first status.
func (c *copying) WriteHeader(status int) {
	if c.status == 0 {
		c.status = status
	}
	if !c.held() {
		c.ResponseWriter.WriteHeader(status)
	}
}

// Write copies.
func (c *copying) Write(b []byte) (int, error) {
	if c.body.Len() <= keepBytes {
		c.body.Write(b)
	}
	if c.held() {
		return len(b), nil
	}
	return c.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (c *copying) Unwrap() http.ResponseWriter { return c.ResponseWriter }
