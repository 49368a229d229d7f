package llmtest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"

	"tabletalk/internal/llm"
)

// The chat completions format.
type chatBody struct {
	Model               string            `json:"model"`
	Messages            []chatTurn        `json:"messages"`
	Tools               []chatTool        `json:"tools"`
	MaxTokens           int               `json:"max_tokens"`
	MaxCompletionTokens int               `json:"max_completion_tokens"`
	Stream              bool              `json:"stream"`
	StreamOptions       map[string]bool   `json:"stream_options"`
	Metadata            map[string]string `json:"metadata"`
}

type chatTurn struct {
	Role       string     `json:"role"`
	Content    string     `json:"content"`
	ToolCalls  []chatCall `json:"tool_calls"`
	ToolCallID string     `json:"tool_call_id"`
}

type chatCall struct {
	ID       string `json:"id"`
	Type     string `json:"type"`
	Function struct {
		Name      string `json:"name"`
		Arguments string `json:"arguments"`
	} `json:"function"`
}

type chatTool struct {
	Type     string `json:"type"`
	Function struct {
		Name        string          `json:"name"`
		Description string          `json:"description"`
		Parameters  json.RawMessage `json:"parameters"`
	} `json:"function"`
}

func decodeChat(s *Server, r *http.Request, body []byte) (*Call, error) {
	if err := s.authorised(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")); err != nil {
		return nil, err
	}
	var b chatBody
	if err := strictly(body, &b); err != nil {
		return nil, err
	}
	if err := s.offered(b.Model); err != nil {
		return nil, err
	}
	if !b.Stream || (b.MaxTokens > 0) == (b.MaxCompletionTokens > 0) {
		return nil, bad("a stream with one limit of tokens is served here")
	}
	c := &Call{}
	c.Model, c.MaxTokens = b.Model, b.MaxTokens+b.MaxCompletionTokens
	for _, t := range b.Tools {
		if err := checkTool(t.Function.Name, t.Function.Parameters); err != nil || t.Type != "function" {
			return nil, bad("tools: %v", err)
		}
		c.Tools = append(c.Tools, llm.Tool{Name: t.Function.Name, Description: t.Function.Description, Schema: t.Function.Parameters})
	}
	for i, m := range b.Messages {
		if err := m.into(c, i); err != nil {
			return nil, err
		}
	}
	return c, checkTurns(c.Messages)
}

func (m chatTurn) into(c *Call, i int) error {
	switch m.Role {
	case "system":
		if i != 0 {
			return bad("messages.%d: one system message, first", i)
		}
		c.System = strings.Split(m.Content, "\n\n")
	case "user", "assistant":
		out := llm.Message{Role: llm.Role(m.Role)}
		if m.Content != "" {
			out.Blocks = append(out.Blocks, llm.Block{Text: m.Content})
		}
		for _, t := range m.ToolCalls {
			if t.ID == "" || t.Type != "function" || !json.Valid([]byte(t.Function.Arguments)) {
				return bad("messages.%d: a tool call needs an id and JSON", i)
			}
			out.Blocks = append(out.Blocks, llm.Block{Call: &llm.Call{ID: t.ID, Name: t.Function.Name, Input: json.RawMessage(t.Function.Arguments)}})
		}
		c.Messages = append(c.Messages, out)
	case "tool":
		block := llm.Block{Result: &llm.Result{CallID: m.ToolCallID, Text: m.Content}}
		if last := len(c.Messages) - 1; last >= 0 && len(c.Messages[last].Blocks) > 0 && c.Messages[last].Blocks[0].Result != nil {
			c.Messages[last].Blocks = append(c.Messages[last].Blocks, block)
			return nil
		}
		c.Messages = append(c.Messages, llm.Message{Role: llm.User, Blocks: []llm.Block{block}})
	default:
		return bad("messages.%d: role %q", i, m.Role)
	}
	return nil
}

// writeChat writes a reply as the chunks of a stream. Thoughts come in the
// text, as small models leak them.
func writeChat(c *Call, reply Reply, u llm.Usage, random *rand.Rand) []frame {
	f := framer{random: random}
	chunk := func(kind place, delta map[string]any, reason any) {
		f.add(kind, map[string]any{"id": fmt.Sprintf("chatcmpl-%06d", c.N), "object": "chat.completion.chunk", "model": c.Model,
			"choices": []any{map[string]any{"index": 0, "delta": delta, "finish_reason": reason}}})
	}
	chunk(begin, map[string]any{"role": "assistant", "content": ""}, nil)
	calls := 0
	for _, b := range reply.Blocks {
		switch {
		case b.Opaque != nil:
			for _, piece := range f.pieces("<think>what to do</think>") {
				chunk(other, map[string]any{"content": piece}, nil)
			}
		case b.Call != nil:
			chunk(other, map[string]any{"tool_calls": []any{map[string]any{"index": calls, "id": b.Call.ID, "type": "function", "function": map[string]any{"name": b.Call.Name, "arguments": ""}}}}, nil)
			for _, piece := range f.pieces(string(b.Call.Input)) {
				chunk(inTool, map[string]any{"tool_calls": []any{map[string]any{"index": calls, "function": map[string]any{"arguments": piece}}}}, nil)
			}
			calls++
		default:
			for _, piece := range f.pieces(b.Text) {
				chunk(inText, map[string]any{"content": piece}, nil)
			}
		}
	}
	chunk(finish, map[string]any{}, chatStop(reply))
	if usage, ok := reply.usage(map[string]any{"prompt_tokens": u.Input + u.CacheRead + u.CacheWrite, "completion_tokens": u.Output, "total_tokens": u.All(),
		"prompt_tokens_details": map[string]any{"cached_tokens": u.CacheRead}}); ok {
		f.add(finish, map[string]any{"id": "", "object": "chat.completion.chunk", "model": c.Model, "choices": []any{}, "usage": usage})
	}
	f.frames = append(f.frames, frame{kind: finish, text: []byte("data: [DONE]\n\n")})
	return f.frames
}

func chatStop(r Reply) string {
	switch r.end() {
	case llm.WantsTool:
		return "tool_calls"
	case llm.CutShort:
		return "length"
	case llm.Refused:
		return "content_filter"
	case llm.TooLong, llm.Unknown:
		return "pause"
	}
	return "stop"
}
