package cache

import (
	"time"

	"github.com/maypok86/otter/v2"
	"github.com/redis/go-redis/v9"
)

// What the tests of the package reach beside its doors.
const (
	RedisPrefix  = redisPrefix
	RedisRest    = redisRest
	RedisMaximum = redisMaximum
)

func NewMemoryWithClock(maximum int64, c otter.Clock) (*Memory, error) { return newMemory(maximum, c) }

func (m *Memory) CleanUp() { m.entries.CleanUp() }

func (r *Redis) Client() *redis.Client { return r.client }

func (r *Redis) SetClock(now func() time.Time) { r.now = now }
