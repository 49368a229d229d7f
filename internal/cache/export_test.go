package cache

import (
	"github.com/maypok86/otter/v2"
)

// What the tests of the package reach beside its doors.
const (
	RedisPrefix  = redisPrefix
	RedisMaximum = redisMaximum
)

func NewMemoryWithClock(maximum int64, c otter.Clock) (*Memory, error) { return newMemory(maximum, c) }

func (m *Memory) CleanUp() { m.entries.CleanUp() }
