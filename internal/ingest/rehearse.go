package ingest

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
)

// Rehearse reads a small file of our own in a directory, and leaves nothing
// there. What a process does for the first time takes twice as long as the
// second time: engine and heap are brought to life here, while nobody waits.
func Rehearse(ctx context.Context, db *sql.Conn, dir string) error {
	dir, err := os.MkdirTemp(dir, "rehearsal-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "orders.csv")
	if err := os.WriteFile(file, rehearsal(), 0o600); err != nil {
		return err
	}
	_, err = Work(ctx, db, Spec{Name: "orders.csv", File: file, Dir: dir}, nil)
	return err
}

// rehearsal is a table with the usual types of columns.
func rehearsal() []byte {
	var b bytes.Buffer
	b.WriteString("id,day,region,price,share,sold,remark\n")
	for i := range 4000 {
		fmt.Fprintf(&b, "%d,2024-01-%02d,Region %d,%d.%02d,0.%03d,%t,\"note %d, kept\"\n", i, 1+i%28, i%9, i%500, i%100, i%1000, i%3 == 0, i)
	}
	return b.Bytes()
}
