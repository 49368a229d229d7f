package llmtest

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"tabletalk/internal/llm"
)

// Key is the one key that a server takes, until it is told of another.
const Key = "sk-test-Zm9yIHRlc3RzIG9ubHk"

// The formats.
const (
	Anthropic = "anthropic"
	OpenAI    = "openai"
)

// Call is a request, decoded from whichever format it came in.
type Call struct {
	llm.Request
	Format string
	N      int // 1 for the first call of a server
	Marks  int // places marked for the server's cache
	Header http.Header
	Body   []byte
}

// Persona says what the server answers.
type Persona func(c *Call) Reply

// Reply is an answer, or a fault instead or on top of it.
type Reply struct {
	Blocks []llm.Block
	Stop   llm.Stop // empty: what the blocks say
	Tokens Tokens   // empty: what was counted
	Fault  *Fault
}

// Tokens is how a server says how many there were.
type Tokens string

// What small servers say instead of a number.
const (
	NoTokens       Tokens = "nothing"
	NullTokens     Tokens = "null"
	NegativeTokens Tokens = "a negative number"
)

// usage is what is told of tokens; ok where anything is.
func (r Reply) usage(counted map[string]any) (usage any, ok bool) {
	switch r.Tokens {
	case NoTokens:
		return nil, false
	case NullTokens:
		return nil, true
	case NegativeTokens:
		for name, n := range counted {
			if _, ok := n.(int); ok {
				counted[name] = -5
			}
		}
	}
	return counted, true
}

// Server is the fake. Its address serves both formats: of the Messages format
// it is URL itself, of chat completions URL + "/v1".
type Server struct {
	URL     string
	Offers  []string // the models it has; empty takes every name
	Lenient bool     // a request that is refused does not fail the test
	t       testing.TB
	persona Persona
	mu      sync.Mutex
	key     string
	calls   []*Call
	cache   map[string]bool // prefixes that were sent before
	gone    chan struct{}   // closed when the test ends
	random  *rand.Rand
}

// Start starts a server that ends with the test.
func Start(t testing.TB, p Persona) *Server {
	t.Helper()
	s := &Server{t: t, persona: p, key: Key, cache: map[string]bool{}, gone: make(chan struct{}), random: rand.New(rand.NewPCG(1, 2))}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/messages", s.handle(Anthropic, decodeMessages))
	mux.HandleFunc("POST /v1/chat/completions", s.handle(OpenAI, decodeChat))
	mux.HandleFunc("GET /v1/models", s.models)
	h := httptest.NewServer(mux)
	s.URL = h.URL
	t.Cleanup(func() { close(s.gone); h.Close() })
	return s
}

// Base is the address as a setting of one format takes it.
func (s *Server) Base(format string) string {
	if format == OpenAI {
		return s.URL + "/v1"
	}
	return s.URL
}

// Calls are the requests so far, in their order.
func (s *Server) Calls() []*Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*Call{}, s.calls...)
}

// handle makes a handler of one format.
func (s *Server) handle(format string, decode func(*Server, *http.Request, []byte) (*Call, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the client left
		}
		c, err := decode(s, r, body)
		if err != nil {
			s.refuse(w, err)
			return
		}
		c.Format, c.Header, c.Body = format, r.Header.Clone(), body
		s.mu.Lock()
		s.calls = append(s.calls, c)
		c.N = len(s.calls)
		usage := s.account(c)
		seed := s.random.Uint64()
		s.mu.Unlock()
		reply := s.persona(c)
		if reply.Fault != nil && reply.Fault.instead(w, r, s.gone) {
			return
		}
		write := writeMessages
		if format == OpenAI {
			write = writeChat
		}
		for _, b := range reply.Blocks {
			usage.Output += llm.Estimate(len(b.Text))
		}
		s.send(w, r, format, reply, write(c, reply, usage, rand.New(rand.NewPCG(seed, 7))), seed)
	}
}

// account counts the tokens of a prompt as a server with a cache does.
func (s *Server) account(c *Call) llm.Usage {
	all := llm.Estimate(c.Size())
	if c.Marks == 0 {
		return llm.Usage{Input: all}
	}
	prefix := fmt.Sprint(c.Tools, c.System)
	kept := min(llm.Estimate(len(prefix)), all)
	if s.cache[prefix] {
		return llm.Usage{Input: all - kept, CacheRead: kept}
	}
	s.cache[prefix] = true
	return llm.Usage{Input: all - kept, CacheWrite: kept}
}

// refusal is what is wrong with a request.
type refusal struct {
	status int
	kind   string
	text   string
}

func (r *refusal) Error() string { return r.text }

func bad(format string, args ...any) error {
	return &refusal{http.StatusBadRequest, "invalid_request_error", fmt.Sprintf(format, args...)}
}

// refuse says no, in the form that both formats have in common.
func (s *Server) refuse(w http.ResponseWriter, err error) {
	r, ok := err.(*refusal)
	if !ok {
		r = &refusal{http.StatusBadRequest, "invalid_request_error", err.Error()}
	}
	if !s.Lenient {
		s.t.Errorf("the model's server refuses a request: %s", r.text)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Request-Id", "req_refused")
	w.WriteHeader(r.status)
	fmt.Fprintf(w, `{"type":"error","error":{"type":%q,"message":%q}}`, r.kind, r.text)
}

// Accept changes the key that the server takes.
func (s *Server) Accept(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key = key
}

// authorised checks the key.
func (s *Server) authorised(given string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if given != s.key {
		return &refusal{http.StatusUnauthorized, "authentication_error", "invalid x-api-key"}
	}
	return nil
}

// offered checks the name of a model.
func (s *Server) offered(model string) error {
	if model == "" {
		return bad("model: field required")
	}
	if len(s.Offers) == 0 {
		return nil
	}
	for _, m := range s.Offers {
		if m == model {
			return nil
		}
	}
	return &refusal{http.StatusNotFound, "not_found_error", "model: " + model}
}

func (s *Server) models(w http.ResponseWriter, r *http.Request) {
	key := r.Header.Get("X-Api-Key")
	if key == "" && len(r.Header.Get("Authorization")) > len("Bearer ") {
		key = r.Header.Get("Authorization")[len("Bearer "):]
	}
	if err := s.authorised(key); err != nil {
		s.refuse(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprint(w, `{"object":"list","data":[`)
	for i, m := range s.Offers {
		if i > 0 {
			fmt.Fprint(w, ",")
		}
		fmt.Fprintf(w, `{"id":%q,"object":"model","type":"model"}`, m)
	}
	fmt.Fprint(w, `]}`)
}
