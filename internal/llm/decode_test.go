package llm_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	sdk "github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/packages/ssestream"
	"github.com/google/go-cmp/cmp"

	"tabletalk/internal/llm"
	"tabletalk/internal/llm/llmtest"
)

// answers are those by which two readers of the same stream are compared.
func answers() []llmtest.Reply {
	return []llmtest.Reply{
		{Blocks: []llm.Block{{Text: "Grüße: “West” leads, €€ first."}}},
		{Blocks: []llm.Block{llmtest.Think("hm"), {Text: "I look."}, call("call_a", "run_query", `{"plan":"sales | count() as \"n\" — ünï"}`)}},
		{Blocks: []llm.Block{call("call_a", "run_query", `{"plan":"sales"}`), call("call_b", "search_values", `{"words":"a b"}`), call("call_c", "run_query", `{}`)}},
		{Stop: llm.CutShort, Blocks: []llm.Block{{Text: strings.Repeat("long and ", 200)}}},
	}
}

// raw posts a body again and gives the stream as the server sends it.
func raw(t *testing.T, sent llm.Sent, header http.Header) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, sent.To, bytes.NewReader(sent.Body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// What we read out of a stream is what others read: of the Messages format
// the vendor's own accumulation, of chat completions a plain reading of the
// format's description.
func TestOthersReadTheSameOfAStream(t *testing.T) {
	inBoth(t, func(t *testing.T, format string) {
		for _, reply := range answers() {
			s := llmtest.Start(t, func(*llmtest.Call) llmtest.Reply { return reply })
			var sent llm.Sent
			ctx := llm.Record(t.Context(), func(x llm.Sent) { sent = x })
			ours, err := provider(t, format, s.Base(format)).Stream(ctx, request(), nil)
			if err != nil {
				t.Fatal(err)
			}
			body := raw(t, sent, s.Calls()[0].Header)
			theirs := plainly(t, body)
			if format == llmtest.Anthropic {
				theirs = bySDK(t, body)
			}
			if diff := cmp.Diff(theirs, told(ours)); diff != "" {
				t.Error(diff)
			}
		}
	})
}

// told is what a response says: its text, and its calls as name and input.
func told(r *llm.Response) []string {
	list := []string{r.Text()}
	for _, c := range r.Calls() {
		list = append(list, c.Name+" "+string(c.Input))
	}
	return list
}

func bySDK(t *testing.T, body []byte) []string {
	t.Helper()
	resp := &http.Response{Body: io.NopCloser(bytes.NewReader(body)), Header: http.Header{"Content-Type": {"text/event-stream"}}}
	stream := ssestream.NewStream[sdk.MessageStreamEventUnion](ssestream.NewDecoder(resp), nil)
	var m sdk.Message
	for stream.Next() {
		if err := m.Accumulate(stream.Current()); err != nil {
			t.Fatal(err)
		}
	}
	if err := stream.Err(); err != nil {
		t.Fatal(err)
	}
	list := []string{""}
	for _, b := range m.Content {
		switch b.Type {
		case "text":
			list[0] += b.Text
		case "tool_use":
			list = append(list, b.Name+" "+string(b.Input))
		}
	}
	return list
}

// plainly reads chunks of chat completions with nothing but a decoder of JSON.
func plainly(t *testing.T, body []byte) []string {
	t.Helper()
	text, calls := "", map[int]*[2]string{}
	lines := bufio.NewScanner(bytes.NewReader(body))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok || strings.TrimSpace(data) == "[DONE]" {
			continue
		}
		var chunk struct {
			Choices []struct {
				Delta struct {
					Content string `json:"content"`
					Calls   []struct {
						Index    int `json:"index"`
						Function struct {
							Name      string `json:"name"`
							Arguments string `json:"arguments"`
						} `json:"function"`
					} `json:"tool_calls"`
				} `json:"delta"`
			} `json:"choices"`
		}
		if json.Unmarshal([]byte(data), &chunk) != nil {
			continue // another event of the stream
		}
		for _, c := range chunk.Choices {
			text += c.Delta.Content
			for _, piece := range c.Delta.Calls {
				if calls[piece.Index] == nil {
					calls[piece.Index] = &[2]string{}
				}
				calls[piece.Index][0] += piece.Function.Name
				calls[piece.Index][1] += piece.Function.Arguments
			}
		}
	}
	text = strings.TrimSpace(strings.ReplaceAll(text, "<think>what to do</think>", "")) // thoughts are no text
	list := []string{text}
	for i := range len(calls) {
		list = append(list, calls[i][0]+" "+calls[i][1])
	}
	return list
}
