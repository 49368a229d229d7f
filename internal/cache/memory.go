package cache

import (
	"bytes"
	"context"
	"math"
	"strings"
	"time"

	"github.com/maypok86/otter/v2"
)

// entryOverhead is about what an entry costs beside its key and value.
const entryOverhead = 128

// Memory is a cache in the process. It holds at most a number of bytes; what
// is rarely read goes first.
type Memory struct {
	entries *otter.Cache[string, entry] // nil where nothing is kept
	maximum int64
}

var _ Cache = (*Memory)(nil)

type entry struct {
	value []byte
	ttl   time.Duration
}

// NewMemory makes a cache of at most maximum bytes; with none it keeps
// nothing. Close ends its housekeeping.
func NewMemory(maximum int64) (*Memory, error) { return newMemory(maximum, nil) }

func newMemory(maximum int64, clock otter.Clock) (*Memory, error) {
	if maximum <= 0 {
		return &Memory{}, nil
	}
	entries, err := otter.New(&otter.Options[string, entry]{
		MaximumWeight:    uint64(maximum),
		Weigher:          func(key string, e entry) uint32 { return uint32(weight(key, e.value)) },
		ExpiryCalculator: otter.ExpiryWritingFunc(func(e otter.Entry[string, entry]) time.Duration { return e.Value.ttl }),
		Clock:            clock,
	})
	if err != nil {
		return nil, err
	}
	return &Memory{entries: entries, maximum: maximum}, nil
}

// Get gives a value, which must not be changed.
func (m *Memory) Get(_ context.Context, key string) ([]byte, bool) {
	if m.entries == nil {
		return nil, false
	}
	e, ok := m.entries.GetIfPresent(key)
	return e.value, ok
}

// Set keeps a copy of the value. One that is larger than the cache, or that
// would live no time at all, is forgotten at once.
func (m *Memory) Set(_ context.Context, key string, value []byte, ttl time.Duration) {
	if m.entries == nil {
		return
	}
	if w := weight(key, value); ttl <= 0 || w > m.maximum || w > math.MaxUint32 {
		m.entries.Invalidate(key)
		return
	}
	m.entries.Set(key, entry{value: bytes.Clone(value), ttl: ttl})
}

// DeletePrefix forgets every key that starts with prefix.
func (m *Memory) DeletePrefix(_ context.Context, prefix string) {
	if m.entries == nil {
		return
	}
	for key := range m.entries.Keys() {
		if strings.HasPrefix(key, prefix) {
			m.entries.Invalidate(key)
		}
	}
}

// Bytes is about what the cache holds.
func (m *Memory) Bytes() int64 {
	if m.entries == nil {
		return 0
	}
	return int64(min(m.entries.WeightedSize(), math.MaxInt64))
}

// Close forgets everything and ends the housekeeping.
func (m *Memory) Close() error {
	if m.entries != nil {
		m.entries.InvalidateAll()
		m.entries.StopAllGoroutines()
	}
	return nil
}

func weight(key string, value []byte) int64 {
	return int64(len(key)) + int64(len(value)) + entryOverhead
}
