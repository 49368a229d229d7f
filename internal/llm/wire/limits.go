package wire

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"tabletalk/internal/llm"
)

// limits reads what a server says of its limits. There are two ways to write
// that: anthropic-ratelimit-requests-remaining with a reset that is a time,
// and x-ratelimit-remaining-requests with a reset that is a span.
func limits(h http.Header, now time.Time) (list []llm.Limit) {
	for header := range h {
		name, read := limitOf(strings.ToLower(header))
		if name == "" {
			continue
		}
		most, _ := strconv.ParseInt(h.Get(read("limit")), 10, 64) // not every server says it
		left, err := strconv.ParseInt(h.Get(read("remaining")), 10, 64)
		if reset, ok := resetAt(h.Get(read("reset")), now); ok && err == nil && left >= 0 {
			list = append(list, llm.Limit{Name: name, Most: max(most, 0), Remaining: left, Reset: reset})
		}
	}
	slices.SortFunc(list, func(a, b llm.Limit) int { return strings.Compare(a.Name, b.Name) })
	return list[:min(len(list), maxLimits)]
}

// maxLimits bounds what is kept of a server's headers.
const maxLimits = 12

// limitOf finds the name of a limit in that of the header with what remains of
// it, and how its other headers are called.
func limitOf(header string) (name string, read func(part string) string) {
	lead, rest, ok := strings.Cut(header, "ratelimit-")
	if !ok {
		return "", nil
	}
	if name, ok := strings.CutSuffix(rest, "-remaining"); ok {
		return name, func(part string) string { return lead + "ratelimit-" + name + "-" + part }
	}
	name, _ = strings.CutPrefix(rest, "remaining-")
	if name == rest {
		return "", nil
	}
	return name, func(part string) string { return lead + "ratelimit-" + part + "-" + name }
}

// resetAt reads when a limit begins anew: a time, a span such as 6m0s, or
// seconds.
func resetAt(text string, now time.Time) (time.Time, bool) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, true
	}
	if span, err := time.ParseDuration(text); err == nil && span >= 0 {
		return now.Add(min(span, longest)), true
	}
	if s, err := strconv.ParseFloat(text, 64); err == nil && s >= 0 && s < longest.Seconds() {
		return now.Add(time.Duration(s * float64(time.Second))), true
	}
	return time.Time{}, false
}
