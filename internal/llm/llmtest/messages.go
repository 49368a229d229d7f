package llmtest

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strings"

	"tabletalk/internal/llm"
)

// The Messages format, as strict as the real server. The types are the
// server's own: what the client's library writes is judged, not shared.
type messagesBody struct {
	Model        string           `json:"model"`
	MaxTokens    *int             `json:"max_tokens"`
	Messages     []messagesTurn   `json:"messages"`
	System       []messagesSystem `json:"system"`
	Tools        []messagesTool   `json:"tools"`
	CacheControl json.RawMessage  `json:"cache_control"`
	Stream       bool             `json:"stream"`
	Metadata     json.RawMessage  `json:"metadata"`
}

type messagesTurn struct {
	Role    string            `json:"role"`
	Content []json.RawMessage `json:"content"`
}

type messagesSystem struct {
	Type         string          `json:"type"`
	Text         string          `json:"text"`
	CacheControl json.RawMessage `json:"cache_control"`
}

type messagesTool struct {
	Name         string          `json:"name"`
	Description  string          `json:"description"`
	InputSchema  json.RawMessage `json:"input_schema"`
	CacheControl json.RawMessage `json:"cache_control"`
}

type messagesBlock struct {
	Type      string          `json:"type"`
	Text      string          `json:"text"`
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Input     json.RawMessage `json:"input"`
	ToolUseID string          `json:"tool_use_id"`
	Content   json.RawMessage `json:"content"`
	IsError   bool            `json:"is_error"`
	Thinking  string          `json:"thinking"`
	Signature string          `json:"signature"`
}

var toolName = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)

// strictly decodes JSON and takes no field that it does not know.
func strictly(body []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return bad("%s", err)
	}
	return nil
}

func decodeMessages(s *Server, r *http.Request, body []byte) (*Call, error) {
	if err := s.authorised(r.Header.Get("X-Api-Key")); err != nil {
		return nil, err
	}
	if r.Header.Get("Anthropic-Version") == "" {
		return nil, bad("anthropic-version: header is required")
	}
	if r.Header.Get("Authorization") != "" {
		return nil, bad("both kinds of authentication were sent")
	}
	var b messagesBody
	if err := strictly(body, &b); err != nil {
		return nil, err
	}
	c := &Call{}
	c.Model = b.Model
	if err := s.offered(b.Model); err != nil {
		return nil, err
	}
	if b.MaxTokens == nil || *b.MaxTokens < 1 {
		return nil, bad("max_tokens: field required")
	}
	c.MaxTokens = *b.MaxTokens
	if !b.Stream {
		return nil, bad("this server streams only")
	}
	return c, b.into(c)
}

func (b *messagesBody) into(c *Call) error {
	for _, part := range b.System {
		if part.Type != "text" || part.Text == "" {
			return bad("system: text content blocks must be non-empty")
		}
		c.System = append(c.System, part.Text)
		c.Marks += marked(part.CacheControl)
	}
	for _, t := range b.Tools {
		if err := checkTool(t.Name, t.InputSchema); err != nil {
			return err
		}
		c.Tools = append(c.Tools, llm.Tool{Name: t.Name, Description: t.Description, Schema: t.InputSchema})
		c.Marks += marked(t.CacheControl)
	}
	c.Marks += marked(b.CacheControl)
	if c.Marks > 4 {
		return bad("a maximum of 4 blocks with cache_control may be provided, found %d", c.Marks)
	}
	for i, m := range b.Messages {
		turn, err := m.decode(i)
		if err != nil {
			return err
		}
		c.Messages = append(c.Messages, turn)
	}
	return checkTurns(c.Messages)
}

func marked(raw json.RawMessage) int {
	if len(raw) == 0 {
		return 0
	}
	return 1
}

func checkTool(name string, schema json.RawMessage) error {
	var s struct {
		Type string `json:"type"`
	}
	if !toolName.MatchString(name) {
		return bad("tools: name %q does not match", name)
	}
	if json.Unmarshal(schema, &s) != nil || s.Type != "object" {
		return bad("tools: input_schema of %s must be an object schema", name)
	}
	return nil
}

func (m messagesTurn) decode(i int) (llm.Message, error) {
	out := llm.Message{Role: llm.Role(m.Role)}
	if m.Role != "user" && m.Role != "assistant" {
		return out, bad("messages.%d: role %q", i, m.Role)
	}
	for j, raw := range m.Content {
		var b messagesBlock
		var loose struct {
			Type string `json:"type"`
		}
		if err := json.Unmarshal(raw, &loose); err != nil {
			return out, bad("messages.%d.content.%d: %s", i, j, err)
		}
		switch loose.Type {
		case "thinking":
			if err := json.Unmarshal(raw, &b); err != nil || b.Signature != sign(b.Thinking) {
				return out, bad("messages.%d.content.%d: thinking blocks cannot be modified", i, j)
			}
			out.Blocks = append(out.Blocks, llm.Block{Opaque: raw})
			continue
		case "novelty": // which this server gave
			out.Blocks = append(out.Blocks, llm.Block{Opaque: raw})
			continue
		}
		if err := strictly(raw, &b); err != nil {
			return out, err
		}
		block, err := b.decode()
		if err != nil {
			return out, bad("messages.%d.content.%d: %s", i, j, err)
		}
		out.Blocks = append(out.Blocks, block)
	}
	return out, nil
}

func (b messagesBlock) decode() (llm.Block, error) {
	switch b.Type {
	case "text":
		if strings.TrimSpace(b.Text) == "" {
			return llm.Block{}, bad("text content blocks must contain non-whitespace text")
		}
		return llm.Block{Text: b.Text}, nil
	case "tool_use":
		if !toolName.MatchString(b.Name) || b.ID == "" || !bytes.HasPrefix(bytes.TrimSpace(b.Input), []byte("{")) {
			return llm.Block{}, bad("tool_use needs an id, a name and an object as input")
		}
		return llm.Block{Call: &llm.Call{ID: b.ID, Name: b.Name, Input: b.Input}}, nil
	case "tool_result":
		var text string
		var parts []messagesBlock
		if json.Unmarshal(b.Content, &parts) == nil {
			for _, p := range parts {
				text += p.Text
			}
		} else if err := json.Unmarshal(b.Content, &text); err != nil {
			return llm.Block{}, err
		}
		return llm.Block{Result: &llm.Result{CallID: b.ToolUseID, Text: text, Failed: b.IsError}}, nil
	}
	return llm.Block{}, bad("unknown type %q", b.Type)
}

// checkTurns sees to the order of a conversation: the user begins and has the
// last word, and every call is answered in the very next message, first.
func checkTurns(list []llm.Message) error {
	if len(list) == 0 || list[0].Role != llm.User {
		return bad("messages: first message must use the user role")
	}
	if list[len(list)-1].Role != llm.User {
		return bad("this model does not support assistant message prefill")
	}
	open := map[string]bool{}
	for i, m := range list {
		said := false
		for _, b := range m.Blocks {
			switch {
			case b.Result != nil:
				if m.Role != llm.User || said || !open[b.Result.CallID] {
					return bad("messages.%d: tool_result without a matching tool_use, or not first", i)
				}
				delete(open, b.Result.CallID)
			case b.Call != nil:
				if m.Role != llm.Assistant {
					return bad("messages.%d: a user uses no tools", i)
				}
			default:
				said = true
			}
		}
		if len(open) > 0 {
			return bad("messages.%d: %d tool_use without tool_result", i, len(open))
		}
		if len(m.Blocks) == 0 {
			return bad("messages.%d: content must be non-empty", i)
		}
		for _, b := range m.Blocks {
			if b.Call != nil {
				open[b.Call.ID] = true
			}
		}
	}
	return nil
}

// sign is what proves that a thought is the server's own.
func sign(thought string) string {
	h := hmac.New(sha256.New, []byte("thoughts of the fake"))
	h.Write([]byte(thought)) // never fails
	return hex.EncodeToString(h.Sum(nil))
}

// Think is a block that the server gives and wants back unchanged.
func Think(thought string) llm.Block {
	raw, _ := json.Marshal(map[string]string{"type": "thinking", "thinking": thought, "signature": sign(thought)}) // strings always encode
	return llm.Block{Opaque: raw}
}

// writeMessages writes a reply as the events of a stream.
func writeMessages(c *Call, reply Reply, u llm.Usage, random *rand.Rand) []frame {
	id := fmt.Sprintf("msg_%06d", c.N)
	f := framer{random: random, named: true}
	start := map[string]any{"id": id, "type": "message", "role": "assistant", "model": c.Model, "content": []any{}, "stop_reason": nil, "stop_sequence": nil}
	if usage, ok := reply.usage(map[string]any{"input_tokens": u.Input, "cache_creation_input_tokens": u.CacheWrite, "cache_read_input_tokens": u.CacheRead, "output_tokens": 1}); ok {
		start["usage"] = usage
	}
	f.add(begin, map[string]any{"type": "message_start", "message": start})
	f.add(other, map[string]any{"type": "ping"})
	for i, b := range reply.Blocks {
		f.messagesBlock(i, b)
	}
	end := map[string]any{"type": "message_delta", "delta": map[string]any{"stop_reason": messagesStop(reply), "stop_sequence": nil}}
	if usage, ok := reply.usage(map[string]any{"output_tokens": u.Output, "input_tokens": nil}); ok {
		end["usage"] = usage
	}
	f.add(finish, end)
	f.add(finish, map[string]any{"type": "message_stop"})
	return f.frames
}

func (f *framer) messagesBlock(i int, b llm.Block) {
	block := func(body map[string]any) {
		f.add(other, map[string]any{"type": "content_block_start", "index": i, "content_block": body})
	}
	delta := func(kind place, body map[string]any) {
		f.add(kind, map[string]any{"type": "content_block_delta", "index": i, "delta": body})
	}
	switch {
	case b.Opaque != nil:
		var thought struct{ Thinking, Signature string }
		_ = json.Unmarshal(b.Opaque, &thought) // Think wrote it
		block(map[string]any{"type": "thinking", "thinking": "", "signature": ""})
		delta(other, map[string]any{"type": "thinking_delta", "thinking": thought.Thinking})
		delta(other, map[string]any{"type": "signature_delta", "signature": thought.Signature})
	case b.Call != nil:
		block(map[string]any{"type": "tool_use", "id": b.Call.ID, "name": b.Call.Name, "input": map[string]any{}})
		delta(other, map[string]any{"type": "input_json_delta", "partial_json": ""})
		for _, piece := range f.pieces(string(b.Call.Input)) {
			delta(inTool, map[string]any{"type": "input_json_delta", "partial_json": piece})
		}
	default:
		block(map[string]any{"type": "text", "text": ""})
		for _, piece := range f.pieces(b.Text) {
			delta(inText, map[string]any{"type": "text_delta", "text": piece})
		}
	}
	f.add(other, map[string]any{"type": "content_block_stop", "index": i})
}

func messagesStop(r Reply) string {
	switch r.end() {
	case llm.WantsTool:
		return "tool_use"
	case llm.CutShort:
		return "max_tokens"
	case llm.Refused:
		return "refusal"
	case llm.TooLong:
		return "model_context_window_exceeded"
	case llm.Unknown:
		return "pause_turn"
	}
	return "end_turn"
}
