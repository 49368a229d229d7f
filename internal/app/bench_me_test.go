package app_test

import (
	"io"
	"net/http"
	"testing"

	"tabletalk/internal/config"
)

// What it costs to know who asks, over a connection, for people who are logged
// in: token, rate and log line included.
func BenchmarkMe(b *testing.B) {
	h := withLogins(b, func(c *config.Config) { c.UserRequestsPerMinute = 0 })
	h.join(b, "ann@example.org")
	token := h.login(b, "ann@example.org", goodPassword).Access
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, h.web.URL+"/api/v1/auth/me", nil)
			if err != nil {
				b.Error(err)
				return
			}
			r.Header.Set("Authorization", "Bearer "+token)
			res, err := h.web.Client().Do(r)
			if err != nil || res.StatusCode != http.StatusOK {
				b.Errorf("%v %+v", err, res)
				return
			}
			_, _ = io.Copy(io.Discard, res.Body)
			_ = res.Body.Close()
		}
	})
}
