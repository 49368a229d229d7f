package event

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"

	"tabletalk/internal/redislink"
)

const (
	redisPrefix  = "tabletalk:events:" // of the stream of a session
	redisChannel = "tabletalk:events"  // where nodes tell each other that a session has news
	redisLook    = 5 * time.Second     // news are looked for at least so often
	redisAge     = 24 * time.Hour      // a stream without events ends
)

// publishScript numbers an event and keeps it, with the number before it, so
// that a reader sees a gap; and says that there are news. Numbers come from
// the clock of Redis and never go back along a session.
const publishScript = `
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local before = 0
if newest[1] then before = tonumber(string.match(newest[1][1], '^%d+')) end
local t = redis.call('TIME')
local seq = math.max(tonumber(t[1]) * 1000000 + tonumber(t[2]), before + 1)
redis.call('XADD', KEYS[1], 'MAXLEN', '=', ARGV[1], string.format('%.0f-0', seq), 't', ARGV[2], 'd', ARGV[3], 'p', string.format('%.0f', before))
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('PUBLISH', ARGV[5], '+' .. ARGV[6])
return seq`

// Redis is a Bus that several nodes share: a stream for each session, and one
// channel on which nodes tell each other which session has news. While Redis
// does not answer, Publish says so at once and watchers wait; when it is
// back, they are told what they missed.
type Redis struct {
	link    *redislink.Link
	node    string // tells our own messages from those of others
	publish *redis.Script
	end     context.CancelFunc
	done    chan struct{}

	mu     sync.Mutex
	rooms  map[string]*room
	closed bool
}

var _ Bus = (*Redis)(nil)

// room is everybody on this node who watches one session. Its lock is held
// while the session's news are read, so that all are told in order.
type room struct {
	refs int // guarded by the lock of the bus

	mu       sync.Mutex
	watchers map[*watcher]struct{}
	closed   bool
}

// NewRedis makes a bus at the other end of a link, which stays its owner's,
// and begins to listen.
func NewRedis(link *redislink.Link) *Redis {
	ctx, end := context.WithCancel(context.Background())
	r := &Redis{link: link, node: uuid.NewString(), publish: redis.NewScript(publishScript),
		end: end, done: make(chan struct{}), rooms: map[string]*room{}}
	go r.listen(ctx)
	return r
}

// Publish implements Bus.
func (r *Redis) Publish(ctx context.Context, e Event) error {
	if len(e.Data) > maxData {
		return tooLarge()
	}
	switch {
	case r.shut():
		return closedBus()
	case !r.link.Worth():
		return redislink.Unavailable("event.Publish")
	}
	err := r.publish.Run(ctx, r.link, []string{redisPrefix + e.SessionID},
		kept, e.Type, string(e.Data), int(redisAge.Seconds()), redisChannel, e.SessionID).Err()
	r.link.Report(ctx, err)
	if err != nil {
		return redislink.Unavailable("event.Publish").Because(err)
	}
	return nil
}

// Subscribe implements Bus. It succeeds while Redis is away, too: the watcher
// is told everything when it is back.
func (r *Redis) Subscribe(ctx context.Context, sessionID string, after int64) (<-chan Event, error) {
	room := r.enter(sessionID)
	if room == nil {
		return nil, closedBus()
	}
	room.mu.Lock()
	defer room.mu.Unlock()
	if room.closed {
		r.exit(sessionID, room)
		return nil, closedBus()
	}
	w := r.newWatcher(ctx, sessionID, after)
	room.watchers[w] = struct{}{}
	context.AfterFunc(ctx, func() { r.leave(sessionID, room, w) })
	return w.events, nil
}

// newWatcher reads the past of a session for a new watcher.
func (r *Redis) newWatcher(ctx context.Context, sessionID string, after int64) *watcher {
	if after == Newest {
		return newWatcher(nil, r.newest(ctx, sessionID))
	}
	entries, err := r.entries(ctx, sessionID, after)
	r.link.Report(ctx, err)
	var past []Event
	seq := after
	for _, e := range entries {
		if marker, gap := e.gap(seq); gap {
			past = append(past, marker)
		}
		past = append(past, e.Event)
		seq = e.Seq
	}
	return newWatcher(past, seq)
}

// newest gives the number of a session's last event. Numbers come from the
// clock, so the clock is the answer where Redis gives none.
func (r *Redis) newest(ctx context.Context, sessionID string) int64 {
	list, err := r.link.XRevRangeN(ctx, redisPrefix+sessionID, "+", "-", 1).Result()
	r.link.Report(ctx, err)
	if err != nil {
		return time.Now().UnixMicro()
	}
	if len(list) == 0 {
		return 0
	}
	return number(list[0].ID)
}

// Forget implements Bus, on every node.
func (r *Redis) Forget(ctx context.Context, sessionID string) {
	_, err := r.link.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.Del(ctx, redisPrefix+sessionID)
		p.Publish(ctx, redisChannel, "-"+r.node+" "+sessionID)
		return nil
	})
	r.link.Report(ctx, err)
	r.empty(sessionID)
}

// Close ends all watchers and the listening. It is safe to call twice.
func (r *Redis) Close() error {
	r.mu.Lock()
	closed := r.closed
	r.closed = true
	r.mu.Unlock()
	if closed {
		return nil
	}
	r.end()
	<-r.done
	for _, id := range r.watched() {
		r.empty(id)
	}
	return nil
}

// listen tells the watchers of this node what is new, until ctx ends.
func (r *Redis) listen(ctx context.Context) {
	defer close(r.done)
	news := r.link.Subscribe(ctx, redisChannel)
	stop := context.AfterFunc(ctx, func() { _ = news.Close() })
	defer stop()
	for ctx.Err() == nil {
		message, err := news.ReceiveTimeout(ctx, redisLook)
		if err != nil && !timedOut(err) {
			r.link.Report(ctx, err)
			rest(ctx, redislink.Rest)
			continue
		}
		if m, ok := message.(*redis.Message); ok {
			r.hear(ctx, m.Payload)
			continue
		}
		// A new connection, or nothing heard for a while: look everywhere.
		for _, id := range r.watched() {
			r.tell(ctx, id)
		}
	}
}

func (r *Redis) hear(ctx context.Context, message string) {
	if id, ok := strings.CutPrefix(message, "+"); ok {
		r.tell(ctx, id)
	}
	if rest, ok := strings.CutPrefix(message, "-"); ok {
		if node, id, ok := strings.Cut(rest, " "); ok && node != r.node {
			r.empty(id)
		}
	}
}

// tell reads the news of a session and tells everybody here who watches it.
func (r *Redis) tell(ctx context.Context, sessionID string) {
	r.mu.Lock()
	room := r.rooms[sessionID]
	r.mu.Unlock()
	if room == nil {
		return
	}
	room.mu.Lock()
	defer room.mu.Unlock()
	if len(room.watchers) == 0 {
		return
	}
	entries, err := r.entries(ctx, sessionID, room.behind())
	r.link.Report(ctx, err)
	for _, e := range entries {
		for w := range room.watchers {
			if !e.tell(w) {
				delete(room.watchers, w)
			}
		}
	}
}

// behind is what everybody in the room has been told.
func (m *room) behind() int64 {
	least := int64(1<<63 - 1)
	for w := range m.watchers {
		least = min(least, w.seq)
	}
	return least
}

// entry is an event as it is kept.
type entry struct {
	Event
	before int64 // the number before it; 0 for the first
}

// tell gives a watcher an event that it has not had, after a marker where
// others before it are gone. It reports whether the watcher keeps up.
func (e entry) tell(w *watcher) bool {
	if e.Seq <= w.seq {
		return true
	}
	if marker, gap := e.gap(w.seq); gap && !w.tell(marker) {
		return false
	}
	return w.tell(e.Event)
}

// gap says whether events between seq and e are gone, and how to tell it.
func (e entry) gap(seq int64) (Event, bool) {
	if seq <= 0 || (e.before != 0 && e.before <= seq) {
		return Event{}, false
	}
	return Event{Seq: e.Seq - 1, Type: Lost, SessionID: e.SessionID}, true
}

// entries reads what is kept of a session above a number.
func (r *Redis) entries(ctx context.Context, sessionID string, after int64) ([]entry, error) {
	from := "-"
	if after > 0 {
		from = "(" + strconv.FormatInt(after, 10) + "-0"
	}
	list, err := r.link.XRange(ctx, redisPrefix+sessionID, from, "+").Result()
	if err != nil {
		return nil, err
	}
	out := make([]entry, len(list))
	for i, m := range list {
		out[i].Seq, out[i].SessionID = number(m.ID), sessionID
		out[i].Type, _ = m.Values["t"].(string)
		if data, _ := m.Values["d"].(string); data != "" {
			out[i].Data = json.RawMessage(data)
		}
		before, _ := m.Values["p"].(string)
		out[i].before = number(before)
	}
	return out, nil
}

// number reads the part of an id before the dash; 0 for what is none.
func number(id string) int64 {
	id, _, _ = strings.Cut(id, "-")
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// enter gives the room of a session, making it; nil on a closed bus.
func (r *Redis) enter(sessionID string) *room {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil
	}
	m := r.rooms[sessionID]
	if m == nil {
		m = &room{watchers: map[*watcher]struct{}{}}
		r.rooms[sessionID] = m
	}
	m.refs++
	return m
}

// exit undoes enter; the last one out takes the room away.
func (r *Redis) exit(sessionID string, m *room) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if m.refs--; m.refs == 0 && r.rooms[sessionID] == m {
		delete(r.rooms, sessionID)
	}
}

// leave ends a watcher whose context ended.
func (r *Redis) leave(sessionID string, m *room, w *watcher) {
	m.mu.Lock()
	delete(m.watchers, w)
	w.end()
	m.mu.Unlock()
	r.exit(sessionID, m)
}

// empty ends everybody who watches a session. The room is used up.
func (r *Redis) empty(sessionID string) {
	r.mu.Lock()
	m := r.rooms[sessionID]
	delete(r.rooms, sessionID)
	r.mu.Unlock()
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	for w := range m.watchers {
		w.end()
	}
	clear(m.watchers)
}

func (r *Redis) watched() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]string, 0, len(r.rooms))
	for id := range r.rooms {
		list = append(list, id)
	}
	return list
}

// shut says whether the bus is closed.
func (r *Redis) shut() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.closed
}

func timedOut(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

func rest(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
