package llmtest

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"tabletalk/internal/llm"
)

// place says what a frame is part of, for faults that come in the middle.
type place int

const (
	other place = iota
	begin
	inText
	inTool
	finish
)

// frame is one event of a stream as bytes.
type frame struct {
	kind place
	text []byte
}

// framer makes frames as unevenly as real servers do.
type framer struct {
	random *rand.Rand
	named  bool // events have a name
	frames []frame
}

func (f *framer) add(kind place, event map[string]any) {
	raw, err := json.Marshal(event)
	if err != nil {
		panic(err) // events are made of what encodes
	}
	text := "data: " + string(raw) + strings.Repeat(" ", f.random.IntN(4)) + "\n\n"
	if name, ok := event["type"].(string); f.named && ok {
		text = "event: " + name + "\n" + text
	}
	if f.random.IntN(5) == 0 {
		text = ": a comment\n\n" + text
	}
	f.frames = append(f.frames, frame{kind, []byte(text)})
}

// pieces cuts a text anywhere between its characters.
func (f *framer) pieces(text string) (list []string) {
	runes := []rune(text)
	most := max(7, len(runes)/40)
	for len(runes) > 0 {
		n := min(1+f.random.IntN(most), len(runes))
		list = append(list, string(runes[:n]))
		runes = runes[n:]
	}
	return list
}

// end is why a reply ends.
func (r Reply) end() llm.Stop {
	if r.Stop != "" {
		return r.Stop
	}
	for _, b := range r.Blocks {
		if b.Call != nil {
			return llm.WantsTool
		}
	}
	return llm.Done
}

// send writes the frames in pieces that have nothing to do with their ends.
func (s *Server) send(w http.ResponseWriter, r *http.Request, format string, reply Reply, frames []frame, seed uint64) {
	if reply.Fault != nil {
		frames = reply.Fault.spoil(frames)
	}
	if format == OpenAI {
		frames = nameless(frames)
	}
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("Request-Id", "req_ok")
	if reply.Fault != nil {
		for name, value := range reply.Fault.Header {
			w.Header().Set(name, value)
		}
	}
	var all []byte
	for _, f := range frames {
		all = append(all, f.text...)
	}
	random, out := rand.New(rand.NewPCG(seed, 11)), http.NewResponseController(w)
	if reply.Fault != nil && reply.Fault.How == Drips {
		drip(w, r, s.gone, all)
		return
	}
	for len(all) > 0 {
		n := min(1+random.IntN(max(600, len(all)/10)), len(all))
		if _, err := w.Write(all[:n]); err != nil {
			return // the client left
		}
		if random.IntN(3) == 0 {
			_ = out.Flush() // the next write tells
		}
		all = all[n:]
	}
	_ = out.Flush() // the client may have left
	if reply.Fault != nil {
		reply.Fault.after(w, r, s.gone)
	}
}

// drip sends a byte every now and then, as long as anybody waits for more.
func drip(w http.ResponseWriter, r *http.Request, gone <-chan struct{}, all []byte) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for i := range all {
		if _, err := w.Write(all[i : i+1]); err != nil {
			return
		}
		_ = http.NewResponseController(w).Flush() // the next write tells
		select {
		case <-r.Context().Done():
			return
		case <-gone:
			return
		case <-tick.C:
		}
	}
}

// nameless takes the names off events: chat completions have none.
func nameless(frames []frame) []frame {
	for i, f := range frames {
		if name, rest, ok := bytes.Cut(f.text, []byte("\ndata:")); ok && bytes.HasPrefix(name, []byte("event:")) {
			frames[i].text = append([]byte("data:"), rest...)
		}
	}
	return frames
}
