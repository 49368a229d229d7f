package app_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"tabletalk/client"
	"tabletalk/internal/config"
)

// column is a file of so many bytes that no other one is like.
func column(i, size int) client.File {
	return file(fmt.Sprintf("f%d.csv", i), fmt.Sprintf("n%d\n%s", i, strings.Repeat("1\n", size/2)))
}

// Many uploads at once stay within the quota together, and all of it can be
// used.
func TestQuotasHoldForUploadsAtOnce(t *testing.T) {
	everywhere(t, func(t *testing.T, h *house) {
		s, err := h.CreateSession(t.Context(), "s")
		must(t, err)
		var wg sync.WaitGroup
		errs := make([]error, 20)
		for i := range errs {
			wg.Go(func() { _, errs[i] = h.Upload(t.Context(), s.ID, column(i, 20_000)) })
		}
		wg.Wait()
		stored := 0
		for _, err := range errs {
			if err == nil {
				stored++
				continue
			}
			wants(t, err, 413, "quota_reached")
			if !strings.Contains(err.Error(), "max-user-bytes") {
				t.Errorf("the setting is not named: %v", err)
			}
		}
		if stored > 4 { // fewer where those that came halfway kept one another out
			t.Errorf("%d of 20 files were stored; 4 times 20 kB fit", stored)
		}
		for _, f := range h.files(t, s.ID) {
			must(t, h.DeleteFile(t.Context(), f.ID))
		}
		_, err = h.Upload(t.Context(), s.ID, column(99, 95_000)) // nothing is claimed any more
		must(t, err)
		h.nothingStaged(t)
	}, func(c *config.Config) { c.MaxUserBytes = 100_000 })
}

// files gives the files of a session.
func (h *house) files(t *testing.T, session string) []client.FileResult {
	t.Helper()
	var list client.Page[client.FileResult]
	must(t, h.Do(t.Context(), "GET", "/sessions/"+session+"/files", nil, &list))
	return list.Items
}

// Room that was claimed by a process that was killed is there again, and so is
// the disk that its upload took.
func TestQuotaIsGivenBackAfterKill(t *testing.T) {
	dir := t.TempDir()
	child, url := startChild(t, dir, "TABLETALK_MAX_USER_BYTES=1000000")
	killed := &house{Client: client.New(url, nil), dir: dir}
	s, err := killed.CreateSession(t.Context(), "s")
	must(t, err)
	half, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	must(t, err)
	defer half.Close() //nolint:errcheck // the other side is killed
	_, err = fmt.Fprintf(half, "POST /api/v1/files/upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 2000000\r\n\r\n"+
		"--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"half.csv\"\r\n\r\nn\n%s", strings.Repeat("1\n", 400_000))
	must(t, err)
	killed.await(t, func() bool { return killed.stagedBytes(t) > 750_000 }) // and room for it was claimed before
	_, err = killed.Upload(t.Context(), s.ID, column(1, 300_000))
	wants(t, err, 413, "quota_reached")
	must(t, child.Process.Kill())
	_ = child.Wait() // it was killed
	h := open(t, func(c *config.Config) { c.Data, c.MaxUserBytes = dir, 1_000_000 })
	h.nothingStaged(t)
	_, err = h.Upload(t.Context(), s.ID, column(2, 900_000))
	must(t, err)
}

// stagedBytes is how many bytes of uploads under way are on disk.
func (h *house) stagedBytes(t *testing.T) (sum int64) {
	t.Helper()
	for _, path := range h.filesBelow(t, "work", func(path string) bool { return filepath.Base(path) == "upload" }) {
		if info, err := os.Stat(path); err == nil { // else it is gone by now
			sum += info.Size()
		}
	}
	return sum
}
