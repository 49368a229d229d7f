package ingest

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"
	"tabletalk/internal/engine"
	"context"
)

func TestTry(t *testing.T) {
	f := os.Getenv("TRY")
	if f == "" {
		t.Skip()
	}
	dir := t.TempDir()
	conn := openEngine(t, dir, f)
	for range 3 {
	t0 := time.Now()
	res, err := Work(context.Background(), conn, Spec{File: f, Name: f, Dir: dir}, func(p engine.Progress) { fmt.Println(time.Since(t0), p) })
	fmt.Println("took", time.Since(t0), err)
	if err == nil && os.Getenv("QUIET") == "" {
		for i := range res.Tables { res.Tables[i].Values = nil }
		b, _ := json.Marshal(res.Receipt)
		fmt.Println(string(b))
		for _, c := range res.Tables[0].Columns {
			b, _ := json.Marshal(c)
			fmt.Printf("%.400s\n", b)
		}
	}
	}
}
