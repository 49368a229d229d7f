package eval

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"tabletalk/internal/definition"
	"tabletalk/internal/question"
)

// House is where questions are asked: the whole product, or an engine.
type House interface {
	// Open reads files. The caller closes the room.
	Open(ctx context.Context, files []string) (Room, error)
}

// Room holds files that can be asked.
type Room interface {
	// Ask answers a question; follow goes on with the conversation before.
	Ask(ctx context.Context, text string, now time.Time, follow bool) (Reply, error)
	Close(ctx context.Context)
}

// Reply is what came back for a question.
type Reply struct {
	Status question.Status
	High   bool    // the confidence is high
	Rows   [][]any // as a reader of the JSON document sees them
	Mark   string  // of the chart
	Says   string  // what came out, for a person to read
	Took   time.Duration
	Model  Model // what a language model did for it
}

// Options choose what is asked.
type Options struct {
	Sample int           // each n-th table, in an order that is mixed and always the same; of a set over the same tables, each n-th question
	Limit  int           // at most so many conversations of a set, whole tables first
	Jobs   int           // tables that are asked at the same time
	Time   time.Duration // that one question may take before it counts as failed; zero is 30 seconds
	Each   func(set string, t Turn, o Outcome)
}

// usualTime is how long one question may take before it counts as failed.
const usualTime = 30 * time.Second

// Run asks the questions of a set in a house. Each is called in the order in
// which tables are finished. The only error is that of the context.
func Run(ctx context.Context, h House, s Set, o Options) (Result, error) {
	r := Result{Name: s.Name}
	var mu sync.Mutex
	each := func(t Turn, out Outcome) {
		mu.Lock()
		defer mu.Unlock()
		r.add(t, out)
		if o.Each != nil {
			o.Each(s.Name, t, out)
		}
	}
	groups := make(chan []Thread)
	var wg sync.WaitGroup
	for range max(o.Jobs, 1) {
		wg.Go(func() {
			for g := range groups {
				ask(ctx, h, g, cmp.Or(o.Time, usualTime), each)
			}
		})
	}
	for _, g := range o.choose(s.Threads) {
		if ctx.Err() != nil {
			break
		}
		groups <- g
	}
	close(groups)
	wg.Wait()
	r.finish()
	return r, ctx.Err()
}

// teach tells a room what its questions take for known.
func teach(ctx context.Context, room Room, taught []definition.Meaning) error {
	pupil, ok := room.(interface {
		Teach(ctx context.Context, m definition.Meaning) error
	})
	if len(taught) > 0 && !ok {
		return errors.New("eval: this house cannot be taught")
	}
	for _, m := range taught {
		if err := pupil.Teach(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// ask asks conversations over the same files.
func ask(ctx context.Context, h House, group []Thread, most time.Duration, each func(Turn, Outcome)) {
	room, err := h.Open(ctx, group[0].Files)
	if err == nil {
		defer room.Close(context.WithoutCancel(ctx))
		err = teach(ctx, room, group[0].Taught)
	}
	for _, thread := range group {
		now := thread.Now
		if now.IsZero() {
			now = Now()
		}
		for i, t := range thread.Turns {
			var r Reply
			if ctx.Err() != nil {
				return
			}
			if err != nil {
				each(t, judge(t, r, err))
				continue
			}
			limited, cancel := context.WithTimeout(ctx, most)
			r, failed := room.Ask(limited, t.Text, now, i > 0)
			cancel()
			if ctx.Err() != nil {
				return
			}
			each(t, judge(t, r, failed))
		}
	}
}

// choose gives the conversations that are asked, by files.
func (o Options) choose(all []Thread) [][]Thread {
	groups := byFiles(all)
	switch every := max(o.Sample, 1); {
	case len(groups) == 1:
		groups[0] = nth(groups[0], every)
	default:
		groups = nth(groups, every)
	}
	left := o.Limit
	for i, g := range groups {
		if o.Limit <= 0 {
			break
		}
		groups[i] = g[:min(left, len(g))]
		if left -= len(groups[i]); left == 0 {
			return groups[:i+1]
		}
	}
	return groups
}

func nth[T any](list []T, n int) (out []T) {
	for i := 0; i < len(list); i += n {
		out = append(out, list[i])
	}
	return out
}

// byFiles gathers conversations over the same files, in an order that looks
// mixed, so that a part is a fair sample, and that does not depend on where
// the files are.
func byFiles(all []Thread) [][]Thread {
	type group struct {
		place   uint64
		key     string
		threads []Thread
	}
	var groups []*group
	at := map[string]*group{}
	for _, t := range all {
		key := keyOf(t.Files)
		if len(t.Taught) > 0 {
			key += fmt.Sprintf("%+v", t.Taught)
		}
		if at[key] == nil {
			h := fnv.New64a()
			h.Write([]byte(key)) // never fails
			at[key] = &group{place: h.Sum64() * 0x9E3779B97F4A7C15, key: key}
			groups = append(groups, at[key])
		}
		at[key].threads = append(at[key].threads, t)
	}
	slices.SortFunc(groups, func(a, b *group) int {
		return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.key, b.key))
	})
	out := make([][]Thread, len(groups))
	for i, g := range groups {
		out[i] = g.threads
	}
	return out
}

// keyOf names files by themselves and the folder they are in.
func keyOf(files []string) string {
	var b strings.Builder
	for _, f := range files {
		b.WriteString(filepath.Base(filepath.Dir(f)) + "/" + filepath.Base(f) + "\n")
	}
	return b.String()
}
