package wire

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tabletalk/internal/llm"
)

// maxRefusal bounds what is read of an answer that says no.
const maxRefusal = 8 << 10

// refused makes an error of a response that says no. Both formats write
// {"error":{"type","message"}}; others may write anything.
func refused(resp *http.Response, now time.Time) error {
	text, _ := io.ReadAll(io.LimitReader(resp.Body, maxRefusal)) // what can be read of it is enough
	e := &llm.Error{Kind: kindOf(resp.StatusCode), Status: resp.StatusCode, RequestID: requestID(resp), Err: fmt.Errorf("%.500s", text)}
	e.After, _ = retryAfter(resp.Header, now)
	said := strings.ToLower(string(text))
	switch {
	case resp.StatusCode == http.StatusTooManyRequests && (strings.Contains(said, "spend") || strings.Contains(said, "insufficient_quota")):
		e.Kind = llm.Unpaid
	case resp.StatusCode == http.StatusBadRequest && strings.Contains(said, "credit balance"):
		e.Kind = llm.Unpaid
	}
	return e
}

func kindOf(status int) llm.Kind {
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return llm.Denied
	case status == http.StatusPaymentRequired:
		return llm.Unpaid
	case status == http.StatusNotFound:
		return llm.Missing
	case status == http.StatusTooManyRequests:
		return llm.Limited
	case status == 529 || status == http.StatusServiceUnavailable:
		return llm.Overloaded
	case status >= 500 || status == http.StatusRequestTimeout || status == http.StatusConflict:
		return llm.Broken
	case status >= 300 && status < 400 || status < 300:
		return llm.Garbled // a page that wants a login, or no answer at all
	}
	return llm.Rejected
}

// longest is the longest wait that a header is believed.
const longest = 24 * time.Hour

// retryAfter reads when a server wants to be asked again: seconds or a date,
// or the reset of a limit of which nothing remains.
func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if s, err := strconv.ParseFloat(text, 64); err == nil && s >= 0 && s < longest.Seconds() {
		return time.Duration(s * float64(time.Second)), true
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, min(at.Sub(now), longest)), true
	}
	var wait time.Duration
	for _, l := range limits(h, now) {
		if l.Remaining == 0 {
			wait = max(wait, min(l.Reset.Sub(now), longest))
		}
	}
	return wait, wait > 0
}

// decodeNames reads the names of models as both formats list them.
func decodeNames(r io.Reader) ([]string, error) {
	var list struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	if err := json.NewDecoder(io.LimitReader(r, 1<<20)).Decode(&list); err != nil {
		return nil, &llm.Error{Kind: llm.Garbled, Err: err}
	}
	names := make([]string, 0, len(list.Data))
	for _, m := range list.Data {
		names = append(names, m.ID)
	}
	return names, nil
}
