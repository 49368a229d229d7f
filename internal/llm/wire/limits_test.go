package wire

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tabletalk/internal/llm"
)

func TestLimitsOfBothKindsOfServers(t *testing.T) {
	now := time.Date(2025, 6, 18, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		header map[string]string
		want   []llm.Limit
		wait   time.Duration
	}{
		"as times": {map[string]string{
			"Anthropic-Ratelimit-Requests-Limit": "50", "Anthropic-Ratelimit-Requests-Remaining": "0", "Anthropic-Ratelimit-Requests-Reset": "2025-06-18T12:00:07Z",
			"Anthropic-Ratelimit-Input-Tokens-Limit": "9000", "Anthropic-Ratelimit-Input-Tokens-Remaining": "400", "Anthropic-Ratelimit-Input-Tokens-Reset": "2025-06-18T12:00:30Z",
		}, []llm.Limit{{Name: "input-tokens", Most: 9000, Remaining: 400, Reset: now.Add(30 * time.Second)}, {Name: "requests", Most: 50, Reset: now.Add(7 * time.Second)}}, 7 * time.Second},
		"as spans": {map[string]string{
			"X-Ratelimit-Limit-Requests": "60", "X-Ratelimit-Remaining-Requests": "59", "X-Ratelimit-Reset-Requests": "1s",
			"X-Ratelimit-Limit-Tokens": "150000", "X-Ratelimit-Remaining-Tokens": "0", "X-Ratelimit-Reset-Tokens": "6m0s",
		}, []llm.Limit{{Name: "requests", Most: 60, Remaining: 59, Reset: now.Add(time.Second)}, {Name: "tokens", Most: 150000, Reset: now.Add(6 * time.Minute)}}, 6 * time.Minute},
		"as seconds": {map[string]string{"X-Ratelimit-Remaining-Requests": "3", "X-Ratelimit-Reset-Requests": "2.5"},
			[]llm.Limit{{Name: "requests", Remaining: 3, Reset: now.Add(2500 * time.Millisecond)}}, 0},
		"nonsense": {map[string]string{"X-Ratelimit-Remaining-Requests": "many", "X-Ratelimit-Reset-Requests": "soon", "Ratelimit-": "0", "Anthropic-Ratelimit-X-Remaining": "0"}, nil, 0},
		"the server's own word first": {map[string]string{"Retry-After": "3", "X-Ratelimit-Remaining-Requests": "0", "X-Ratelimit-Reset-Requests": "9s"},
			[]llm.Limit{{Name: "requests", Reset: now.Add(9 * time.Second)}}, 3 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			h := http.Header{}
			for k, v := range c.header {
				h.Set(k, v)
			}
			if diff := cmp.Diff(c.want, limits(h, now)); diff != "" {
				t.Error(diff)
			}
			if wait, ok := retryAfter(h, now); wait != c.wait || ok != (c.wait > 0) {
				t.Errorf("waits %s, %v", wait, ok)
			}
		})
	}
}
