package llmtest

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
)

// Place says how far an answer comes before it is spoiled.
type Place string

// The places.
const (
	AtStart Place = "before the first event"
	InText  Place = "in the text" // or in a call, where there is no text
	AtEnd   Place = "after the last piece"
)

// How says what happens to an answer.
type How string

// What happens.
const (
	Closes    How = "closes cleanly"
	Resets    How = "resets the connection"
	Stalls    How = "says nothing more"
	HalfLine  How = "ends in a line"
	HalfRune  How = "ends in a character"
	Twice     How = "begins a second time"
	Disorder  How = "sends a piece of what did not begin"
	Strange   How = "sends events that nobody knows" // which is allowed
	Overloads How = "sends an error: overloaded"
	Fails     How = "sends an error: internal"
	Nonsense  How = "sends what is no JSON"
	Novel     How = "sends a part of a kind that nobody knows" // which is allowed
	Drips     How = "sends a few bytes a second"
)

// Fault spoils a reply: with a Status it is sent instead of an answer,
// otherwise How spoils the answer at a Place.
type Fault struct {
	Status int
	Header map[string]string
	Body   string
	At     Place
	How    How
	Silent bool // not even headers come
}

// instead sends what comes in place of an answer, if that is the fault.
func (f *Fault) instead(w http.ResponseWriter, r *http.Request, gone <-chan struct{}) bool {
	if f.Silent {
		wait(r, gone)
		return true
	}
	if f.Status == 0 {
		return false
	}
	w.Header().Set("Content-Type", "application/json")
	for name, value := range f.Header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(f.Status)
	_, _ = w.Write([]byte(f.Body)) // the client may have left
	return true
}

func wait(r *http.Request, gone <-chan struct{}) {
	select {
	case <-r.Context().Done():
	case <-gone:
	}
}

// spoil cuts or changes the frames of an answer.
func (f *Fault) spoil(frames []frame) []frame {
	cut := f.cut(frames)
	kept := append([]frame{}, frames[:cut]...)
	rest := frames[cut:]
	switch f.How {
	case HalfLine:
		return append(kept, frame{text: rest[0].text[:len(rest[0].text)/2]})
	case HalfRune:
		return append(kept, frame{text: []byte("data: {\"x\":\"\xe2\x82")})
	case Twice:
		return append(append(kept, frames[0], frames[0]), rest...)
	case Disorder:
		return append(append(kept, frame{text: []byte("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":77,\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}\n\n")}), rest...)
	case Strange:
		return append(append(kept, frame{text: []byte("event: novelty\ndata: {\"type\":\"novelty\",\"choices\":[]}\n\n: hello\r\n\r\n")}), rest...)
	case Novel:
		return append(append(kept, novelties(kept, f.At)...), rest...)
	case Drips:
		return frames
	case Overloads:
		return append(kept, failure("overloaded_error"))
	case Fails:
		return append(kept, failure("api_error"))
	case Nonsense:
		return append(append(kept, frame{text: []byte("event: content_block_delta\ndata: {\"type\":]]\n\n")}), rest...)
	case "":
		return frames
	}
	return kept
}

// novelties are a piece of a kind that nobody knows in the part that is open,
// or at the end a part of such a kind.
func novelties(before []frame, at Place) (list []frame) {
	parts := 0
	for _, f := range before {
		parts += bytes.Count(f.text, []byte(`"content_block_start"`))
	}
	add := func(name, more string, part int) {
		list = append(list, frame{text: fmt.Appendf(nil, "event: %s\ndata: {\"type\":%q,\"index\":%d%s}\n\n", name, name, part, more)})
	}
	if at != AtEnd {
		add("content_block_delta", `,"delta":{"type":"novelty_delta","novelty":"x"}`, parts-1)
		return list
	}
	add("content_block_start", `,"content_block":{"type":"novelty"}`, parts)
	add("content_block_stop", "", parts)
	return list
}

func failure(kind string) frame {
	return frame{text: []byte("event: error\ndata: {\"error\":{\"type\":\"" + kind + "\",\"message\":\"no\"},\"type\":\"error\"}\n\n")}
}

// cut is how many frames come before the fault.
func (f *Fault) cut(frames []frame) int {
	switch f.At {
	case InText:
		last := 0
		for i, fr := range frames {
			if fr.kind == inText || fr.kind == inTool {
				last++
				if last == 2 {
					return i
				}
			}
		}
	case AtEnd:
		for i, fr := range frames {
			if fr.kind == finish {
				return i
			}
		}
	}
	return 0
}

// after is what happens to the connection once the frames are sent.
func (f *Fault) after(w http.ResponseWriter, r *http.Request, gone <-chan struct{}) {
	switch f.How {
	case Stalls:
		wait(r, gone)
	case Resets:
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // a close is a reset then; the test sees it
		}
		_ = conn.Close() // nobody is left to tell
	}
}

// Contains reports whether any request held a text.
func (s *Server) Contains(text string) bool {
	for _, c := range s.Calls() {
		if bytes.Contains(c.Body, []byte(text)) {
			return true
		}
	}
	return false
}
