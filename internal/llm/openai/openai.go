package openai

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"

	sdk "github.com/sashabaranov/go-openai"

	"tabletalk/internal/llm"
	"tabletalk/internal/llm/wire"
)

// DefaultURL is where the format's vendor serves its models.
const DefaultURL = "https://api.openai.com/v1"

// Options are what a Provider is made of.
type Options struct {
	URL    string // with /v1; empty takes DefaultURL
	Key    string // servers on one's own machine need none
	Models llm.Models
	Wire   *wire.Client
}

// Provider asks a server that speaks the chat completions format.
type Provider struct {
	client *sdk.Client
	models llm.Models
	wire   *wire.Client
	url    string
	key    string
}

// New makes a Provider.
func New(o Options) *Provider {
	if o.URL == "" {
		o.URL = DefaultURL
	}
	config := sdk.DefaultConfig(o.Key)
	config.BaseURL, config.HTTPClient = strings.TrimSuffix(o.URL, "/"), o.Wire
	config.EmptyMessagesLimit = 10_000 // blank lines and comments keep a slow server's line open
	return &Provider{client: sdk.NewClientWithConfig(config), models: o.Models, wire: o.Wire, url: config.BaseURL, key: o.Key}
}

// Where names the server.
func (p *Provider) Where() string { return wire.Host(p.url) }

// Limits are those that the server told last.
func (p *Provider) Limits() []llm.Limit { return p.wire.Limits() }

// Stream sends a request and reads the answer to its end.
func (p *Provider) Stream(ctx context.Context, req llm.Request, on func(llm.Event)) (*llm.Response, error) {
	stream, err := p.client.CreateChatCompletionStream(ctx, p.params(req))
	if err != nil {
		return nil, llm.Failure(ctx, err)
	}
	defer stream.Close() // its error says nothing about an answer that was read
	a := newAnswer(on)
	for {
		chunk, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return a.whole(req)
		}
		if err != nil {
			return nil, failure(ctx, err)
		}
		if err := a.add(chunk); err != nil {
			return nil, &llm.Error{Kind: llm.Garbled, RequestID: chunk.ID, Err: err}
		}
	}
}

// failure makes an error of what broke a stream.
func failure(ctx context.Context, err error) error {
	var said *sdk.APIError
	var ours *llm.Error
	switch {
	case errors.As(err, &ours), ctx.Err() != nil:
		return llm.Failure(ctx, err)
	case errors.Is(err, sdk.ErrTooManyEmptyStreamMessages):
		return &llm.Error{Kind: llm.Garbled, Err: err}
	case errors.As(err, &said):
		return &llm.Error{Kind: llm.Broken, Err: err}
	}
	return &llm.Error{Kind: llm.Cut, Err: err} // an error behind a comment looks like that, too
}

// params writes a request in the library's words.
func (p *Provider) params(req llm.Request) sdk.ChatCompletionRequest {
	out := sdk.ChatCompletionRequest{Model: req.Model, StreamOptions: &sdk.StreamOptions{IncludeUsage: true}}
	if p.models.Find(req.Model).NewLimit {
		out.MaxCompletionTokens = req.MaxTokens
	} else {
		out.MaxTokens = req.MaxTokens //lint:ignore SA1019 servers of one's own know no other name for it
	}
	if len(req.System) > 0 { // some templates take one, and take it first
		out.Messages = append(out.Messages, sdk.ChatCompletionMessage{Role: "system", Content: strings.Join(req.System, "\n\n")})
	}
	for _, m := range req.Messages {
		out.Messages = append(out.Messages, messages(m)...)
	}
	for _, t := range req.Tools {
		out.Tools = append(out.Tools, sdk.Tool{Type: sdk.ToolTypeFunction, Function: &sdk.FunctionDefinition{Name: t.Name, Description: t.Description, Parameters: t.Schema}})
	}
	return out
}

// messages writes one of our messages: a result is a message of its own here.
func messages(m llm.Message) (list []sdk.ChatCompletionMessage) {
	said := sdk.ChatCompletionMessage{Role: string(m.Role)}
	for _, b := range m.Blocks {
		switch {
		case b.Result != nil:
			list = append(list, sdk.ChatCompletionMessage{Role: "tool", ToolCallID: b.Result.CallID, Content: b.Result.Text})
		case b.Call != nil:
			said.ToolCalls = append(said.ToolCalls, sdk.ToolCall{ID: b.Call.ID, Type: sdk.ToolTypeFunction,
				Function: sdk.FunctionCall{Name: b.Call.Name, Arguments: string(b.Call.Said())}})
		default:
			said.Content += b.Text
		}
	}
	if said.Content != "" || len(said.ToolCalls) > 0 {
		list = append(list, said)
	}
	return list
}

// Models lists what the server offers.
func (p *Provider) Models(ctx context.Context) ([]string, error) {
	header := map[string]string{}
	if p.key != "" {
		header["Authorization"] = "Bearer " + p.key
	}
	return p.wire.Names(ctx, p.url+"/models", header)
}

// arguments is what a tool is called with. Some servers encode it twice.
func arguments(text string) json.RawMessage {
	text = strings.TrimSpace(text)
	var inner string
	if json.Unmarshal([]byte(text), &inner) == nil {
		text = strings.TrimSpace(inner)
	}
	if text == "" {
		text = "{}"
	}
	return json.RawMessage(text)
}
