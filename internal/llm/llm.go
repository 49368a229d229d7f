package llm

import (
	"context"
	"encoding/json"
)

// Provider is a server of models. Its methods may be called at once.
type Provider interface {
	// Stream sends a request. on, which may be nil, hears the text of the
	// answer as it comes. The response is whole, or there is an *Error.
	Stream(ctx context.Context, req Request, on func(Event)) (*Response, error)
	// Models lists what the server offers; some servers cannot say.
	Models(ctx context.Context) ([]string, error)
	// Where names the server for people, without secrets: "api.example.org".
	Where() string
	// Limits is what the server said of its limits with its last answer.
	Limits() []Limit
}

// Request is one call. Tools and System come first and stay the same from
// call to call, so that a server can keep what it understood of them.
type Request struct {
	Model     string
	System    []string // the end of each part is a place up to which a server may keep the prompt
	Tools     []Tool
	Messages  []Message
	MaxTokens int
}

// Tool is something that the model may ask us to do.
type Tool struct {
	Name        string
	Description string
	Schema      json.RawMessage // of the input: a JSON schema of type object
}

// Role says who speaks.
type Role string

// The roles.
const (
	User      Role = "user"
	Assistant Role = "assistant"
)

// Message is what one side said.
type Message struct {
	Role   Role
	Blocks []Block
}

// Block is a part of a message: exactly one of its fields is set.
type Block struct {
	Text   string
	Call   *Call
	Result *Result
	Opaque json.RawMessage // what only the server understands; it is given back as it came
}

// Call is a tool that the model asks for.
type Call struct {
	ID    string
	Name  string
	Input json.RawMessage
}

// Said is the input as it can be told to the model again: what was no JSON is
// left out.
func (c *Call) Said() json.RawMessage {
	if !json.Valid(c.Input) {
		return json.RawMessage("{}")
	}
	return c.Input
}

// Result answers a call.
type Result struct {
	CallID string
	Text   string
	Failed bool
}

// Say is a message of text.
func Say(role Role, text string) Message {
	return Message{Role: role, Blocks: []Block{{Text: text}}}
}

// Response is a whole answer.
type Response struct {
	Blocks    []Block
	Stop      Stop
	Usage     Usage
	Model     string
	RequestID string
}

// Text joins the text of a response.
func (r *Response) Text() (text string) {
	for _, b := range r.Blocks {
		text += b.Text
	}
	return text
}

// Calls gives the tools that a response asks for.
func (r *Response) Calls() (calls []Call) {
	for _, b := range r.Blocks {
		if b.Call != nil {
			calls = append(calls, *b.Call)
		}
	}
	return calls
}

// Stop says why a response ended.
type Stop string

// The ends.
const (
	Done      Stop = "done"
	WantsTool Stop = "wants_tool"
	CutShort  Stop = "cut_short" // max tokens
	Refused   Stop = "refused"
	TooLong   Stop = "too_long" // the conversation is longer than the model's context
	Unknown   Stop = "unknown"
)

// Usage counts tokens. Input leaves out what was read from, or written to,
// the server's cache.
type Usage struct {
	Input      int  `json:"input_tokens"`
	Output     int  `json:"output_tokens"`
	CacheRead  int  `json:"cache_read_tokens,omitempty"`
	CacheWrite int  `json:"cache_write_tokens,omitempty"`
	Estimated  bool `json:"estimated,omitempty"` // the server did not say
}

// Add counts u and v together.
func (u Usage) Add(v Usage) Usage {
	return Usage{Input: u.Input + v.Input, Output: u.Output + v.Output, CacheRead: u.CacheRead + v.CacheRead,
		CacheWrite: u.CacheWrite + v.CacheWrite, Estimated: u.Estimated || v.Estimated}
}

// All is the number of tokens in all.
func (u Usage) All() int { return u.Input + u.Output + u.CacheRead + u.CacheWrite }

// Event is something that happens while a response comes.
type Event struct {
	Text  string // more of the text
	Again bool   // the call is made again: text that came before does not count
	Lost  bool   // of Again: the answer before had begun, so that it may cost, too
}

// Guess counts the tokens of a call whose server did not: written is how many
// bytes it wrote; it may not have more tokens than it was allowed.
func Guess(req *Request, written int) Usage {
	return Usage{Input: Estimate(req.Size()), Output: min(Estimate(written), req.MaxTokens), Estimated: true}
}

// Estimate guesses how many tokens a text has.
func Estimate(bytes int) int { return bytes*10/32 + 1 }

// Size is about how many bytes of text a request has.
func (r *Request) Size() (n int) {
	for _, part := range r.System {
		n += len(part)
	}
	for _, t := range r.Tools {
		n += len(t.Name) + len(t.Description) + len(t.Schema)
	}
	for _, m := range r.Messages {
		for _, b := range m.Blocks {
			n += len(b.Text) + len(b.Opaque)
			if b.Call != nil {
				n += len(b.Call.Name) + len(b.Call.Input)
			}
			if b.Result != nil {
				n += len(b.Result.Text)
			}
		}
	}
	return n
}
