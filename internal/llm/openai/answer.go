package openai

import (
	"errors"
	"fmt"
	"strings"

	sdk "github.com/sashabaranov/go-openai"

	"tabletalk/internal/llm"
)

// maxCalls bounds the tools of one answer.
const maxCalls = 600

// answer gathers the chunks of a stream.
type answer struct {
	text   strings.Builder
	shown  thoughtless
	calls  []call
	reason sdk.FinishReason
	used   *sdk.Usage
	model  string
	id     string
	no     bool // the model refuses
}

type call struct {
	index    int
	id, name string
	input    strings.Builder
}

func newAnswer(on func(llm.Event)) *answer {
	a := &answer{}
	a.shown.say = func(text string) {
		a.text.WriteString(text)
		if on != nil {
			on(llm.Event{Text: text})
		}
	}
	return a
}

// add takes the next chunk.
func (a *answer) add(c sdk.ChatCompletionStreamResponse) error {
	if c.Usage != nil {
		a.used = c.Usage
	}
	a.model, a.id = c.Model, c.ID
	if len(c.Choices) == 0 {
		return nil
	}
	choice := c.Choices[0]
	if choice.FinishReason != "" {
		a.reason = choice.FinishReason
	}
	a.no = a.no || choice.Delta.Refusal != ""
	a.shown.add(choice.Delta.Content)
	for _, t := range choice.Delta.ToolCalls {
		if err := a.addCall(t); err != nil {
			return err
		}
	}
	return nil
}

// addCall takes a piece of a call: its index says of which one; without an
// index, an id or a name begins another.
func (a *answer) addCall(t sdk.ToolCall) error {
	index := len(a.calls) - 1
	if t.Index != nil {
		index = *t.Index
	} else if t.Function.Name != "" || index < 0 {
		index = len(a.calls)
	}
	at := -1
	for i := range a.calls {
		if a.calls[i].index == index {
			at = i
		}
	}
	if at < 0 {
		if len(a.calls) >= maxCalls || index < 0 {
			return errors.New("the answer asks for too many tools")
		}
		a.calls = append(a.calls, call{index: index})
		at = len(a.calls) - 1
	}
	c := &a.calls[at]
	if c.id == "" {
		c.id = t.ID
	}
	if c.name == "" {
		c.name = t.Function.Name
	}
	c.input.WriteString(t.Function.Arguments)
	return nil
}

// whole gives the response, if the server said why it ended.
func (a *answer) whole(req llm.Request) (*llm.Response, error) {
	a.shown.end()
	if a.reason == "" {
		return nil, &llm.Error{Kind: llm.Cut, RequestID: a.id, Err: errors.New("the stream ended without a reason")}
	}
	r := &llm.Response{Model: a.model, RequestID: a.id, Usage: a.usage(req)}
	if text := strings.TrimSpace(a.text.String()); text != "" {
		r.Blocks = append(r.Blocks, llm.Block{Text: text})
	}
	seen := map[string]bool{}
	for i := range a.calls {
		c := &a.calls[i]
		if c.id == "" || seen[c.id] {
			c.id = fmt.Sprintf("call_%d_%d", len(req.Messages), i)
		}
		seen[c.id] = true
		r.Blocks = append(r.Blocks, llm.Block{Call: &llm.Call{ID: c.id, Name: c.name, Input: arguments(c.input.String())}})
	}
	r.Stop = a.stop()
	return r, nil
}

// stop goes by what is there first: some servers end with "stop" although
// there are calls.
func (a *answer) stop() llm.Stop {
	switch {
	case a.no || a.reason == sdk.FinishReasonContentFilter:
		return llm.Refused
	case a.reason == sdk.FinishReasonLength:
		return llm.CutShort
	case len(a.calls) > 0:
		return llm.WantsTool
	case a.reason == sdk.FinishReasonStop:
		return llm.Done
	}
	return llm.Unknown
}

// usage counts tokens, or guesses where the server did not count.
func (a *answer) usage(req llm.Request) llm.Usage {
	if u := a.used; u != nil && u.PromptTokens >= 0 && u.CompletionTokens >= 0 && u.PromptTokens+u.CompletionTokens > 0 {
		cached := 0
		if u.PromptTokensDetails != nil {
			cached = min(max(u.PromptTokensDetails.CachedTokens, 0), u.PromptTokens)
		}
		return llm.Usage{Input: u.PromptTokens - cached, CacheRead: cached, Output: u.CompletionTokens}
	}
	out := a.text.Len()
	for i := range a.calls {
		out += a.calls[i].input.Len()
	}
	return llm.Guess(&req, out)
}
