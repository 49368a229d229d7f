package dataset

import (
	"container/list"
	"context"
	"fmt"
	"os"
	"sync"

	"tabletalk/internal/catalog"
	"tabletalk/internal/engine"
	"tabletalk/internal/session"
)

// Opened is the data of a session as questions need it. It is shared and not
// to be changed. Tables, Catalog.Tables and Sources are in the same order.
type Opened struct {
	SessionID string
	Version   int64 // of the session
	Tables    []engine.Table
	Catalog   *catalog.Catalog
	Sources   []Table
}

// Open gives the data of a session. It is kept until the session changes.
func (s *Service) Open(ctx context.Context, workspace, sessionID string) (*Opened, error) {
	ses, err := s.sessions.Session(ctx, workspace, sessionID)
	if err != nil {
		return nil, err
	}
	if o := s.opened.get(ses.ID, ses.Version); o != nil {
		return o, nil
	}
	return s.openOnce(ctx, ses)
}

// openOnce lets several who open the same version of a session wait for one
// of them.
func (s *Service) openOnce(ctx context.Context, ses *session.Session) (*Opened, error) {
	done := s.flight.DoChan(fmt.Sprintf("%s/%d", ses.ID, ses.Version), func() (any, error) {
		return s.open(context.WithoutCancel(ctx), ses)
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case r := <-done:
		if r.Err != nil {
			return nil, r.Err
		}
		return r.Val.(*Opened), nil
	}
}

func (s *Service) open(ctx context.Context, ses *session.Session) (*Opened, error) {
	tables, err := s.store.Tables(ctx, ses.ID)
	if err != nil {
		return nil, err
	}
	before := s.opened.get(ses.ID, anyVersion)
	o := &Opened{SessionID: ses.ID, Version: ses.Version, Catalog: &catalog.Catalog{}, Sources: tables}
	for _, t := range tables {
		if !t.Profiled {
			s.profileLater(t) // an earlier run of the program may not have come to it
		}
		path, err := s.blobs.Path(ctx, t.BlobKey)
		if err != nil {
			return nil, err
		}
		o.Tables = append(o.Tables, engine.Table{Name: t.Name, Path: path, SHA256: t.SHA256})
		o.Catalog.Tables = append(o.Catalog.Tables, catalog.Table{ID: t.ID, Name: t.Name, Rows: t.Rows, Columns: t.Columns, Values: s.index(ctx, t, before)})
	}
	o.Catalog.Joins = s.joins(ctx, o, before)
	if s.teacher != nil {
		if err := s.teacher.Teach(ctx, ses.Workspace, ses.ID, o.Catalog); err != nil {
			return nil, err
		}
	}
	s.opened.put(o)
	return o, nil
}

// index loads the value index of a table, or takes the one that is loaded. A
// damaged or missing one costs understanding, not the table.
func (s *Service) index(ctx context.Context, t Table, before *Opened) *catalog.Index {
	if before != nil {
		for i, old := range before.Sources {
			if old.IndexKey == t.IndexKey {
				return before.Catalog.Tables[i].Values
			}
		}
	}
	if t.IndexKey == "" {
		return nil
	}
	x, err := s.loadIndex(ctx, t.IndexKey)
	if err != nil {
		s.log.ErrorContext(ctx, "a value index cannot be read", "table", t.ID, "error", err)
		return nil
	}
	return x
}

func (s *Service) loadIndex(ctx context.Context, key string) (*catalog.Index, error) {
	path, err := s.blobs.Path(ctx, key)
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	x := new(catalog.Index)
	return x, x.UnmarshalBinary(b)
}

// opened keeps the sessions used last.
type opened struct {
	mu    sync.Mutex
	limit int
	byID  map[string]*list.Element
	order list.List // of *Opened, used last first
}

const anyVersion = -1

func (c *opened) get(id string, version int64) *Opened {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.byID[id]
	if e == nil {
		return nil
	}
	o := e.Value.(*Opened)
	if version != anyVersion && o.Version != version {
		return nil
	}
	c.order.MoveToFront(e)
	return o
}

func (c *opened) put(o *Opened) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byID == nil {
		c.byID = map[string]*list.Element{}
	}
	if e := c.byID[o.SessionID]; e != nil {
		if e.Value.(*Opened).Version <= o.Version {
			e.Value = o
		}
		c.order.MoveToFront(e)
		return
	}
	c.byID[o.SessionID] = c.order.PushFront(o)
	for len(c.byID) > c.limit {
		last := c.order.Back()
		delete(c.byID, c.order.Remove(last).(*Opened).SessionID)
	}
}

func (c *opened) drop(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.byID[id]; e != nil {
		c.order.Remove(e)
		delete(c.byID, id)
	}
}
