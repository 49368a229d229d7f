package ingest

import (
	"context"
	"os"
	"testing"
)

// The rehearsal is a job like those that come, and leaves nothing behind.
func TestRehearseLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	if err := Rehearse(context.Background(), openEngine(t, dir), dir); err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadDir(dir)
	if err != nil || len(list) > 0 {
		t.Errorf("left behind: %v %v", list, err)
	}
}
