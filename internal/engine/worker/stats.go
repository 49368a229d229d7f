package worker

import "sync/atomic"

// Stats are counts since the pool began, and how many workers there are now.
type Stats struct {
	Started int64 // worker processes
	Crashed int64 // that died over their input
	Killed  int64 // that did not stop when they were asked to
	Refused int64 // inputs in quarantine that came again
	Live    int   // workers now
	Idle    int   // of these with tables open and nothing to do
	Blank   int   // of these without tables
	Waiting int   // of these ready for an import
}

// Busy is how many workers do something, or are being started or ended.
func (s Stats) Busy() int { return max(0, s.Live-s.Idle-s.Blank-s.Waiting) }

type counters struct{ started, crashed, killed, refused atomic.Int64 }

// Stats gives the counts, for metrics and alerts: a rising Crashed means that
// somebody's input ends workers.
func (p *Pool) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	return Stats{
		Started: p.counts.started.Load(), Crashed: p.counts.crashed.Load(),
		Killed: p.counts.killed.Load(), Refused: p.counts.refused.Load(),
		Live: len(p.live), Idle: len(p.idle), Blank: len(p.blank[forQueries]), Waiting: len(p.blank[forJob]),
	}
}

// Workers counts the processes that live.
func (p *Pool) Workers() int { return p.Stats().Live }
