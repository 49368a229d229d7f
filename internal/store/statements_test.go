package store_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"tabletalk/internal/dataset"
	"tabletalk/internal/session"
	"tabletalk/internal/store"
)

// counting is a connector whose connections count what is asked of them.
type counting struct {
	driver driver.Driver
	dsn    string
	n      *atomic.Int64
}

func (c counting) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.driver.Open(c.dsn)
	return countingConn{conn, c.n}, err
}

func (c counting) Driver() driver.Driver { return c.driver }

type countingConn struct {
	driver.Conn
	n *atomic.Int64
}

func (c countingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.n.Add(1)
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
}

// TestListsAreAFixedNumberOfStatements reads lists of 1 and of 50: with their
// relations they cost the same statements.
func TestListsAreAFixedNumberOfStatements(t *testing.T) {
	url := sqliteURL(t)
	s := openAt(t, url)
	var n atomic.Int64
	plain, err := sql.Open("sqlite", store.SQLiteDSN(strings.TrimPrefix(url, "sqlite:")))
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	counted := sql.OpenDB(counting{plain.Driver(), store.SQLiteDSN(strings.TrimPrefix(url, "sqlite:")), &n})
	defer counted.Close()
	s.SetReader(counted)

	one, many := newSession(t, s), newSession(t, s)
	fill := func(id string, files int) {
		for i := range files {
			f := dataset.File{ID: newID(), SessionID: id, Tables: []dataset.Table{
				{ID: newID(), Name: fmt.Sprintf("a%d", i)}, {ID: newID(), Name: fmt.Sprintf("b%d", i)}}}
			if err := s.AddFile(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
	}
	fill(one, 1)
	fill(many, 50)
	for name, list := range map[string]func(id string) (int, error){
		"files": func(id string) (int, error) {
			files, _, err := s.Files(t.Context(), id, session.Page{Limit: 100})
			for _, f := range files {
				if len(f.Tables) != 2 {
					t.Errorf("a file has %d tables", len(f.Tables))
				}
			}
			return len(files), err
		},
		"tables": func(id string) (int, error) {
			tables, err := s.Tables(t.Context(), id)
			return len(tables) / 2, err
		},
	} {
		var costs []int64
		for id, want := range map[string]int{one: 1, many: 50} {
			n.Store(0)
			got, err := list(id)
			if err != nil || got != want {
				t.Fatalf("%s: %d of %d, %v", name, got, want, err)
			}
			costs = append(costs, n.Load())
		}
		if costs[0] != costs[1] || costs[0] == 0 || costs[0] > 3 {
			t.Errorf("%s cost %d and %d statements", name, costs[0], costs[1])
		}
	}
}
