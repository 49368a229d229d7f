package anthropic

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	sdk "github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"
	"github.com/anthropics/anthropic-sdk-go/packages/param"

	"tabletalk/internal/llm"
	"tabletalk/internal/llm/wire"
)

// DefaultURL is where the vendor serves its models.
const DefaultURL = "https://api.anthropic.com"

// version is that of the format, which a list of models asks for, too.
const version = "2023-06-01"

// Options are what a Provider is made of.
type Options struct {
	URL    string // without /v1; empty takes DefaultURL
	Key    string
	Models llm.Models
	Wire   *wire.Client
}

// Provider asks a server that speaks the Messages format.
type Provider struct {
	client sdk.Client
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
	o.URL = strings.TrimSuffix(strings.TrimSuffix(o.URL, "/"), "/v1")
	return &Provider{models: o.Models, wire: o.Wire, url: o.URL, key: o.Key, client: sdk.NewClient(
		option.WithoutEnvironmentDefaults(), option.WithAPIKey(o.Key), option.WithBaseURL(o.URL), option.WithMaxRetries(0), option.WithHTTPClient(o.Wire),
	)}
}

// Where names the server.
func (p *Provider) Where() string { return wire.Host(p.url) }

// Limits are those that the server told last.
func (p *Provider) Limits() []llm.Limit { return p.wire.Limits() }

// Stream sends a request and reads the answer to its end.
func (p *Provider) Stream(ctx context.Context, req llm.Request, on func(llm.Event)) (*llm.Response, error) {
	stream := p.client.Messages.NewStreaming(ctx, p.params(req))
	defer stream.Close() // its error says nothing about an answer that was read
	a := answer{on: on}
	for stream.Next() {
		if err := a.add(stream.Current()); err != nil {
			return nil, &llm.Error{Kind: llm.Garbled, RequestID: a.message.ID, Err: err}
		}
	}
	if err := stream.Err(); err != nil {
		return nil, p.failure(ctx, err)
	}
	return a.whole(&req)
}

// failure makes an error of what the library says; an error event inside a
// stream comes with the status 200, so its type decides.
func (p *Provider) failure(ctx context.Context, err error) error {
	var e *sdk.Error
	var ours *llm.Error
	switch {
	case errors.As(err, &ours) || ctx.Err() != nil || !errors.As(err, &e):
	case e.Type() == "overloaded_error":
		return &llm.Error{Kind: llm.Overloaded, RequestID: e.RequestID, Err: err}
	case e.Type() == "rate_limit_error":
		return &llm.Error{Kind: llm.Limited, RequestID: e.RequestID, Err: err}
	case e.Type() == "api_error" || e.Type() == "timeout_error":
		return &llm.Error{Kind: llm.Broken, RequestID: e.RequestID, Err: err}
	default:
		return &llm.Error{Kind: llm.Rejected, RequestID: e.RequestID, Err: err}
	}
	var syntax *json.SyntaxError
	if ours == nil && ctx.Err() == nil && errors.As(err, &syntax) {
		return &llm.Error{Kind: llm.Garbled, Err: err}
	}
	return llm.Failure(ctx, err)
}

// params writes a request in the library's words.
func (p *Provider) params(req llm.Request) sdk.MessageNewParams {
	caching := p.models.Find(req.Model).Caching
	out := sdk.MessageNewParams{Model: sdk.Model(req.Model), MaxTokens: int64(req.MaxTokens)}
	for _, part := range req.System {
		block := sdk.TextBlockParam{Text: part}
		if caching {
			block.CacheControl = sdk.NewCacheControlEphemeralParam()
		}
		out.System = append(out.System, block)
	}
	for _, t := range req.Tools {
		out.Tools = append(out.Tools, sdk.ToolUnionParam{OfTool: &sdk.ToolParam{Name: t.Name, Description: sdk.String(t.Description), InputSchema: schema(t.Schema)}})
	}
	for _, m := range req.Messages {
		out.Messages = append(out.Messages, message(m))
	}
	if caching {
		out.CacheControl = sdk.NewCacheControlEphemeralParam()
	}
	return out
}

func schema(raw json.RawMessage) sdk.ToolInputSchemaParam {
	return param.Override[sdk.ToolInputSchemaParam](raw)
}

func message(m llm.Message) sdk.MessageParam {
	var blocks []sdk.ContentBlockParamUnion
	for _, b := range m.Blocks {
		switch {
		case b.Opaque != nil:
			blocks = append(blocks, param.Override[sdk.ContentBlockParamUnion](b.Opaque))
		case b.Call != nil:
			blocks = append(blocks, sdk.NewToolUseBlock(b.Call.ID, b.Call.Said(), b.Call.Name))
		case b.Result != nil:
			blocks = append(blocks, sdk.NewToolResultBlock(b.Result.CallID, b.Result.Text, b.Result.Failed))
		default:
			blocks = append(blocks, sdk.NewTextBlock(b.Text))
		}
	}
	if m.Role == llm.Assistant {
		return sdk.NewAssistantMessage(blocks...)
	}
	return sdk.NewUserMessage(blocks...)
}

// Models lists what the server offers.
func (p *Provider) Models(ctx context.Context) ([]string, error) {
	return p.wire.Names(ctx, p.url+"/v1/models?limit=1000", map[string]string{"X-Api-Key": p.key, "Anthropic-Version": version})
}
