package anthropic

import (
	"encoding/json"
	"errors"
	"fmt"

	sdk "github.com/anthropics/anthropic-sdk-go"

	"tabletalk/internal/llm"
)

// maxBlocks bounds the parts of one answer.
const maxBlocks = 600

// answer gathers the events of a stream, in the library's message, and sees
// to it that they are those of a whole answer.
type answer struct {
	on      func(llm.Event)
	message sdk.Message
	begun   bool
	ended   bool
	open    map[int64]bool
}

var errOrder = errors.New("the events of the answer are out of order")

// add takes the next event. Kinds of events that are not known say nothing.
func (a *answer) add(e sdk.MessageStreamEventUnion) error {
	switch e.Type {
	case "message_start":
		if a.begun {
			return fmt.Errorf("%w: a second message_start", errOrder)
		}
		a.begun, a.open = true, map[int64]bool{}
	case "content_block_start":
		if !a.begun || a.ended || len(a.message.Content) >= maxBlocks {
			return fmt.Errorf("%w: a block outside of a message, or too many", errOrder)
		}
		a.open[e.Index] = true
	case "content_block_delta", "content_block_stop":
		if !a.open[e.Index] {
			return fmt.Errorf("%w: %s of a block that is not open", errOrder, e.Type)
		}
		if e.Type == "content_block_stop" {
			delete(a.open, e.Index)
		}
	case "message_delta":
		if !a.begun {
			return fmt.Errorf("%w: the end of a message that has not begun", errOrder)
		}
	case "message_stop":
		a.ended = a.begun
	default:
		return nil
	}
	if err := a.message.Accumulate(e); err != nil {
		return err
	}
	if e.Type == "content_block_delta" && e.Delta.Type == "text_delta" && a.on != nil {
		a.on(llm.Event{Text: e.Delta.Text})
	}
	return nil
}

// whole gives the response, if nothing of it is missing.
func (a *answer) whole(req *llm.Request) (*llm.Response, error) {
	if !a.ended || len(a.open) > 0 {
		return nil, &llm.Error{Kind: llm.Cut, RequestID: a.message.ID, Err: errors.New("the stream ended before message_stop")}
	}
	r := &llm.Response{Stop: stop(a.message.StopReason), Model: string(a.message.Model), RequestID: a.message.ID, Usage: a.usage(req)}
	for _, b := range a.message.Content {
		switch b.Type {
		case "text":
			if b.Text != "" { // an empty text may not be sent back
				r.Blocks = append(r.Blocks, llm.Block{Text: b.Text})
			}
		case "tool_use":
			r.Blocks = append(r.Blocks, llm.Block{Call: &llm.Call{ID: b.ID, Name: b.Name, Input: input(b.Input)}})
		default:
			r.Blocks = append(r.Blocks, llm.Block{Opaque: json.RawMessage(b.RawJSON())})
		}
	}
	return r, nil
}

// input is what a tool is called with; a tool without arguments may be called
// with nothing at all. What is no JSON is kept: the loop tells the model.
func input(raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 {
		return json.RawMessage("{}")
	}
	return raw
}

// usage counts tokens, or guesses where the server did not count.
func (a *answer) usage(req *llm.Request) llm.Usage {
	u := a.message.Usage
	counted := llm.Usage{Input: count(u.InputTokens), Output: count(u.OutputTokens), CacheRead: count(u.CacheReadInputTokens), CacheWrite: count(u.CacheCreationInputTokens)}
	if counted.Output > 0 && counted.All() > counted.Output {
		return counted
	}
	written := 0
	for _, b := range a.message.Content {
		written += len(b.RawJSON())
	}
	return llm.Guess(req, written)
}

// count takes no negative number for a number of tokens.
func count(n int64) int { return int(max(n, 0)) }

func stop(s sdk.StopReason) llm.Stop {
	switch s {
	case sdk.StopReasonEndTurn, sdk.StopReasonStopSequence:
		return llm.Done
	case sdk.StopReasonToolUse:
		return llm.WantsTool
	case sdk.StopReasonMaxTokens:
		return llm.CutShort
	case sdk.StopReasonRefusal:
		return llm.Refused
	case sdk.StopReasonModelContextWindowExceeded:
		return llm.TooLong
	}
	return llm.Unknown
}
