package api

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tabletalk/internal/fault"
)

// Problem is an error as a client sees it: a problem document of RFC 9457
// with a stable code, a hint, and the id that finds the request in the log.
type Problem struct {
	Type      string   `json:"type" doc:"A URI reference that names the kind of problem" example:"urn:tabletalk:problem:session_not_found"`
	Title     string   `json:"title" doc:"The HTTP status in words" example:"Not Found"`
	Status    int      `json:"status" doc:"The HTTP status" example:"404"`
	Detail    string   `json:"detail" doc:"One sentence for a person" example:"There is no such session."`
	Code      string   `json:"code" doc:"Stable and specific, for programs" example:"session_not_found"`
	Hint      string   `json:"hint,omitempty" doc:"What to do about it"`
	RequestID string   `json:"request_id" doc:"Finds this request in the server's log"`
	Errors    []Detail `json:"errors,omitempty" doc:"The fields that were wrong, where several may be"`
	Files     []File   `json:"files,omitempty" doc:"The files of an upload of which none could be read"`

	cause error
	wait  time.Duration
}

// tell sets the headers that belong to a problem.
func (p *Problem) tell(set func(name, value string)) {
	switch p.Status {
	case http.StatusUnauthorized:
		set("WWW-Authenticate", "Bearer")
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(p.wait.Seconds())))))
	}
}

// Detail is one field that was wrong.
type Detail struct {
	Location string `json:"location" doc:"Where, for example body.session_id"`
	Message  string `json:"message"`
}

// Error gives the text for the log.
func (p *Problem) Error() string {
	if p.cause != nil {
		return p.cause.Error()
	}
	return p.Code + ": " + p.Detail
}

// Unwrap gives the cause.
func (p *Problem) Unwrap() error { return p.cause }

// GetStatus tells huma the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType tells huma the media type of a problem.
func (p *Problem) ContentType(string) string { return problemType }

const problemType = "application/problem+json"

// Status gives the HTTP status of a kind of failure: the one map between the
// two, which the Go client reads backwards from the status of a problem.
func Status(k fault.Kind) int {
	if s, ok := statusOf[k]; ok {
		return s
	}
	return http.StatusInternalServerError
}

var statusOf = map[fault.Kind]int{
	fault.Malformed:       http.StatusBadRequest,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Forbidden:       http.StatusForbidden,
	fault.NotFound:        http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.TooLarge:        http.StatusRequestEntityTooLarge,
	fault.Invalid:         http.StatusUnprocessableEntity,
	fault.TooMany:         http.StatusTooManyRequests,
	fault.Internal:        http.StatusInternalServerError,
	fault.Unavailable:     http.StatusServiceUnavailable,
	fault.Timeout:         http.StatusGatewayTimeout,
	fault.StorageFull:     http.StatusInsufficientStorage,
}

// problemOf makes the document of any error. Only the fault's own sentences
// leave the house; the cause stays for the log.
func problemOf(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	f := fault.Of(err)
	p = newProblem(Status(f.Kind), f.Code, f.Message, f.Hint)
	p.cause, p.wait = err, f.Wait
	return p
}

func newProblem(status int, code, detail, hint string) *Problem {
	return &Problem{Type: "urn:tabletalk:problem:" + code, Title: http.StatusText(status), Status: status, Detail: detail, Code: code, Hint: hint}
}

// writeProblem answers with a problem outside of huma's way.
func writeProblem(w http.ResponseWriter, r *http.Request, p *Problem) {
	c := *p
	c.RequestID = requestID(r.Context())
	h := w.Header()
	h.Del("Content-Length")
	h.Set("Content-Type", problemType)
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(c.Status)
	if r.Method != http.MethodHead {
		_ = json.NewEncoder(w).Encode(c) // a client that went away cannot be told
	}
}

// toProblem turns what huma is about to write as an error into a problem of
// ours, and completes it with the request's id. It is a transformer, so that
// no package-wide variable of huma has to be replaced.
func toProblem(ctx huma.Context, _ string, v any) (any, error) {
	switch e := v.(type) {
	case *Problem:
		c := *e
		c.RequestID = requestID(ctx.Context())
		e.tell(ctx.SetHeader)
		noteProblem(ctx.Context(), e)
		return &c, nil
	case *huma.ErrorModel:
		p := fromHuma(e)
		p.RequestID = requestID(ctx.Context())
		noteProblem(ctx.Context(), p)
		return p, nil
	}
	return v, nil
}

// fromHuma says what huma found wrong with a request in our words.
func fromHuma(e *huma.ErrorModel) *Problem {
	p := newProblem(e.Status, codeOfStatus(e.Status), sentence(e), "")
	for _, d := range e.Errors {
		if d.Location != "" {
			p.Errors = append(p.Errors, Detail{Location: d.Location, Message: d.Message})
		}
	}
	switch e.Status {
	case http.StatusRequestEntityTooLarge:
		p.Hint = "Send less in one request."
	case http.StatusUnsupportedMediaType:
		p.Hint = "Send application/json."
	case http.StatusUnprocessableEntity, http.StatusBadRequest:
		p.Hint = "The fields of every request are described at /docs."
	}
	return p
}

func codeOfStatus(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "malformed_request"
	case http.StatusUnprocessableEntity:
		return "invalid_request"
	case http.StatusRequestEntityTooLarge:
		return "request_too_large"
	case http.StatusRequestTimeout:
		return "request_timeout"
	case http.StatusInternalServerError:
		return "internal"
	}
	return strings.ReplaceAll(strings.ToLower(http.StatusText(status)), " ", "_")
}

// sentence words huma's finding; texts of decoders and the values they choked
// on are left out.
func sentence(e *huma.ErrorModel) string {
	switch e.Status {
	case http.StatusRequestEntityTooLarge:
		return "The request is larger than it may be."
	case http.StatusUnsupportedMediaType:
		return "The body of this request has a media type that is not read here."
	case http.StatusRequestTimeout:
		return "The body of the request did not arrive in time."
	case http.StatusInternalServerError:
		return "Something went wrong on our side."
	}
	where := ""
	if len(e.Errors) > 0 {
		where = e.Errors[0].Location
	}
	switch {
	case e.Status == http.StatusBadRequest && (where == "" || where == "body"):
		return "The body of the request is not valid JSON."
	case where == "":
		return "The request was not understood."
	}
	return "The request was not understood: " + strings.TrimPrefix(where, "body.") + ": " + e.Errors[0].Message + "."
}
