package worker

import (
	"crypto/sha256"
	"encoding/json"
	"sync"

	"tabletalk/internal/engine"
	"tabletalk/internal/fault"
)

// quarantine remembers inputs that ended a worker. What did so twice is not
// run again until the server restarts.
type quarantine struct {
	mu      sync.Mutex
	crashes map[[32]byte]int
	order   [][32]byte // the oldest first
}

const (
	crashesAllowed = 2
	quarantineSize = 1024
)

func newQuarantine() *quarantine { return &quarantine{crashes: map[[32]byte]int{}} }

func (q *quarantine) check(key [32]byte) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.crashes[key] < crashesAllowed {
		return nil
	}
	return fault.New(fault.Invalid, "query_quarantined", "This broke the engine down twice and is not run again.").
		WithHint("Ask for it in another way.")
}

func (q *quarantine) add(key [32]byte) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.crashes[key]++; q.crashes[key] > 1 {
		return
	}
	if q.order = append(q.order, key); len(q.order) > quarantineSize {
		delete(q.crashes, q.order[0])
		q.order = q.order[1:]
	}
}

func queryKey(tables []engine.Table, q engine.Query, args []argument) [32]byte {
	return hashOf(setKey(tables), q.SQL, args)
}

func jobKey(job engine.Job, body json.RawMessage) [32]byte {
	if job.Key != "" {
		return hashOf(job.Kind, job.Key)
	}
	return hashOf(job.Kind, body, job.Read)
}

func hashOf(parts ...any) [32]byte {
	data, err := json.Marshal(parts)
	if err != nil {
		return [32]byte{}
	}
	return sha256.Sum256(data)
}
