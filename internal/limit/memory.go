package limit

import (
	"context"
	"sync"
	"time"
)

// most is how many keys are known at once; beyond it those that are free again
// are forgotten, and then all.
const most = 1 << 20

// Memory counts in the process. A key is a time: when all that was taken is
// paid back at the even rate of the limit (the generic cell rate algorithm).
type Memory struct {
	now func() time.Time

	mu   sync.Mutex
	full map[string]time.Time
}

// NewMemory makes a Memory with a clock.
func NewMemory(now func() time.Time) *Memory {
	return &Memory{now: now, full: map[string]time.Time{}}
}

// Take takes one of the burst, and gives how long to wait where none is left.
func (m *Memory) Take(_ context.Context, key string, burst int, per time.Duration) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	at := m.full[key]
	if at.Before(now) {
		at = now
	}
	next := at.Add(per / time.Duration(max(burst, 1)))
	if wait := next.Add(-per).Sub(now); wait > 0 {
		return wait
	}
	if len(m.full) >= most {
		m.sweep(now)
	}
	m.full[key] = next
	return 0
}

func (m *Memory) sweep(now time.Time) {
	for key, at := range m.full {
		if !at.After(now) {
			delete(m.full, key)
		}
	}
	if len(m.full) >= most {
		clear(m.full)
	}
}

// Return gives one of the burst back.
func (m *Memory) Return(_ context.Context, key string, burst int, per time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if at, ok := m.full[key]; ok {
		m.full[key] = at.Add(-per / time.Duration(max(burst, 1)))
	}
}

// Forget gives back all that was taken.
func (m *Memory) Forget(_ context.Context, key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.full, key)
}
