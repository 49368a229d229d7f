package session

import "context"

// Attempt names a creating request that a client may send twice: the same key
// on the same route of a workspace is the same request.
type Attempt struct {
	Workspace string
	Route     string // method and pattern: "POST /api/v1/sessions"
	Key       string // the Idempotency-Key, 1 to 255 visible ASCII characters
	BodyHash  string // of the request body; another body under the same key is refused
}

// Reply is a response as it was sent, to be sent again.
type Reply struct {
	Status      int
	ContentType string
	Body        []byte
}

// Idempotency remembers the first response to a request for 24 hours.
type Idempotency interface {
	// Begin claims the attempt. It gives the reply of an earlier request that
	// was finished, or else a claim under which this one may go on. A request
	// still running is a conflict (idempotency_busy); another body under the
	// same key is invalid (idempotency_mismatch).
	Begin(ctx context.Context, a Attempt) (claim string, earlier *Reply, err error)
	// Finish keeps the reply. A claim that was lost meanwhile is a conflict.
	Finish(ctx context.Context, a Attempt, claim string, r Reply) error
	// Abandon frees the key: the request had no effect and may be repeated.
	Abandon(ctx context.Context, a Attempt, claim string) error
}
