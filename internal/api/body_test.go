package api

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tabletalk/internal/dataset"
)

// reader takes uploads in and keeps nothing.
type reader struct{ Intake }

func (reader) StageIn(_ context.Context, _ dataset.Place, _ string, r io.Reader) (*dataset.Staged, error) {
	_, err := io.Copy(io.Discard, r)
	return &dataset.Staged{}, err
}

// Bodies that stop arriving are answered, and do not hold a connection for
// ever.
func TestBodiesThatStall(t *testing.T) {
	tests := map[string]struct {
		head   string
		status int
		code   string
	}{
		"an upload": {"POST /api/v1/files/upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000\r\n\r\n" +
			"--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.csv\"\r\n\r\na,b\n", 400, "upload_stalled"},
		"a question": {"POST /api/v1/query/process HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{", 408, "request_timeout"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := door(t, func(o *Options) {
				o.Limits.UploadIdle, o.Limits.BodyTime, o.Intake = 20*time.Millisecond, 20*time.Millisecond, reader{}
			})
			h := httptest.NewServer(s)
			defer h.Close()
			c, err := net.Dial("tcp", h.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close() //nolint:errcheck // the test is over
			if _, err := io.WriteString(c, tt.head); err != nil {
				t.Fatal(err)
			}
			res, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close() //nolint:errcheck // it is read
			var p Problem
			if err := json.NewDecoder(res.Body).Decode(&p); err != nil || res.StatusCode != tt.status || p.Code != tt.code {
				t.Errorf("%v: %d %+v", err, res.StatusCode, p)
			}
		})
	}
}

func TestTooDeep(t *testing.T) {
	for text, want := range map[string]bool{
		"":                                      false,
		strings.Repeat("[", maxNesting):         false,
		strings.Repeat("[", maxNesting+1):       true,
		strings.Repeat(`{"a":`, 300):            true,
		strings.Repeat("[]", 1000):              false,
		`"` + strings.Repeat("[", 1000) + `"`:   false,
		`"\"` + strings.Repeat("[", 1000) + `"`: false,
		`"\\"` + strings.Repeat("[", 1000):      true,
	} {
		if got := tooDeep([]byte(text)); got != want {
			t.Errorf("%.20s… (%d bytes): %t", text, len(text), got)
		}
	}
}

// A document that breaks off is the sender's affair.
func TestBodyThatBreaksOff(t *testing.T) {
	h := httptest.NewServer(door(t, func(*Options) {}))
	defer h.Close()
	c, err := net.Dial("tcp", h.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close() //nolint:errcheck // the test is over
	if _, err := io.WriteString(c, "POST /api/v1/query/process HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // it is read
	var p Problem
	if err := json.NewDecoder(res.Body).Decode(&p); err != nil || res.StatusCode != 400 || p.Code != "body_incomplete" {
		t.Errorf("%v: %d %+v", err, res.StatusCode, p)
	}
}
