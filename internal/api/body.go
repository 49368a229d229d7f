package api

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
)

// maxNesting is deeper than any document that a client has reason to send; a
// plan of the deepest kind stays below it. Whoever decodes a document recurses
// over it.
const maxNesting = 256

// whole lets a document in when it has arrived whole and is not too deep.
// Files go through as they come.
func (s *Server) whole(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body == nil || r.Body == http.NoBody || carriesFiles(r) {
			next.ServeHTTP(w, r)
			return
		}
		body, err := io.ReadAll(io.LimitReader(r.Body, maxJSON+1))
		if err != nil {
			s.refuse(w, r, notArrived(err))
			return
		}
		if tooDeep(body) {
			s.refuse(w, r, newProblem(http.StatusRequestEntityTooLarge, "request_too_deep", "The request is nested deeper than it may be.",
				"The fields of every request are described at /docs."))
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

// notArrived tells a body that did not come in time from one that broke off.
func notArrived(err error) *Problem {
	var late net.Error
	if errors.As(err, &late) && late.Timeout() {
		return newProblem(http.StatusRequestTimeout, "request_timeout", "The body of the request did not arrive in time.", "")
	}
	return newProblem(http.StatusBadRequest, "body_incomplete", "The body of the request did not arrive whole.", "Send it again.")
}

// tooDeep reports whether brackets are nested too deep in a text that may be
// JSON.
func tooDeep(text []byte) bool {
	depth, quoted, escaped := 0, false, false
	for _, c := range text {
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = c == '\\', c != '"'
		case c == '"':
			quoted = true
		case c == '{' || c == '[':
			if depth++; depth > maxNesting {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}
