package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"tabletalk/internal/engine"
	"tabletalk/internal/engine/batch"
	"tabletalk/internal/engine/duckdb"
	"tabletalk/internal/fault"
	"tabletalk/internal/sqlguard"
	"tabletalk/internal/table"
)

// Query implements engine.Engine.
func (p *Pool) Query(ctx context.Context, tables []engine.Table, q engine.Query) (*table.Rows, error) {
	or(&q.MaxRows, p.cfg.MaxRows)
	or(&q.MaxBytes, p.cfg.MaxBytes)
	or(&q.Timeout, p.cfg.Timeout)
	rows := &table.Rows{}
	var size int64
	r := receiver{limit: "query-timeout", batch: func(columns []batch.Column, data []byte) (err error) {
		rows.Values, err = batch.Decode(data, columns, rows.Values)
		// A worker keeps the limits; one that does not is no longer itself.
		if size += int64(len(data)); len(rows.Values) > q.MaxRows || size/8 > q.MaxBytes+batchOverhead {
			return errFrame
		}
		return err
	}}
	out, err := p.run(ctx, tables, q, &r)
	if err != nil {
		return nil, err
	}
	rows.Columns = tableColumns(r.columns)
	rows.Truncated, rows.Total, rows.Tables = out.Truncated, out.Total, out.Tables
	return rows, nil
}

// Stream implements engine.Engine.
func (p *Pool) Stream(ctx context.Context, tables []engine.Table, q engine.Query, each func(*table.Rows) error) error {
	or(&q.Timeout, p.cfg.StreamTimeout)
	sent := false
	var columns []table.Column
	r := receiver{limit: "export-timeout", batch: func(c []batch.Column, data []byte) error {
		values, err := batch.Decode(data, c, nil)
		if err != nil {
			return err
		}
		if columns == nil {
			columns = tableColumns(c)
		}
		sent = true
		return each(&table.Rows{Columns: columns, Values: values, Total: -1})
	}}
	out, err := p.run(ctx, tables, q, &r)
	if err != nil {
		return err
	}
	if !sent || out.Truncated {
		return each(&table.Rows{Columns: tableColumns(r.columns), Truncated: out.Truncated, Total: out.Total})
	}
	return nil
}

const batchOverhead = 1 << 20

func tableColumns(columns []batch.Column) []table.Column {
	list := make([]table.Column, len(columns))
	for i, c := range columns {
		list[i] = table.Column{Name: c.Name, Type: c.Type, Nullable: true}
	}
	return list
}

// receiver reads the frames of a result.
type receiver struct {
	columns []batch.Column
	begun   bool
	limit   string // the setting behind the timeout
	batch   func([]batch.Column, []byte) error
}

func (r *receiver) frame(kind byte, data []byte) error {
	switch kind {
	case frameColumns:
		r.begun = true
		if json.Unmarshal(data, &r.columns) != nil {
			return errFrame
		}
		return nil
	case frameBatch:
		return r.batch(r.columns, data)
	}
	return errFrame
}

// run quarantines and runs one statement. A worker that was dead before it
// got the statement, or whose engine was unusable, is replaced once.
func (p *Pool) run(ctx context.Context, tables []engine.Table, q engine.Query, r *receiver) (duckdb.Outcome, error) {
	var out duckdb.Outcome
	if err := sqlguard.Precheck(q.SQL); err != nil {
		return out, err
	}
	args, err := newArguments(q.Args)
	if err != nil {
		return out, err
	}
	key := queryKey(tables, q, args)
	if err := p.bad.check(key); err != nil {
		p.counts.refused.Add(1)
		return out, err
	}
	out, err = p.ask(ctx, tables, q, args, r)
	if errors.Is(err, errUnsent) || fault.Is(err, "engine_failed") && !r.begun {
		out, err = p.ask(ctx, tables, q, args, r)
	}
	if err != nil {
		return out, p.explain(ctx, key, queryTimeout(q.Timeout, r.limit), err)
	}
	return out, nil
}

// ask has a worker run the statement, and does not use a worker again that
// answered with anything but a result or a fault.
func (p *Pool) ask(ctx context.Context, tables []engine.Table, q engine.Query, args []argument, r *receiver) (out duckdb.Outcome, err error) {
	w, err := p.acquire(ctx, tables)
	if err != nil {
		return out, err
	}
	defer p.release(w)
	data, err := w.do(ctx, call{
		kind: frameQuery,
		message: queryRequest{
			SQL: q.SQL, Args: args, MaxRows: q.MaxRows, MaxBytes: q.MaxBytes, Count: q.Count, Unjudged: p.cfg.unjudged,
		},
		timeout: q.Timeout,
		expired: func() error { return queryTimeout(q.Timeout, r.limit) },
		frame:   r.frame,
	})
	if err == nil && json.Unmarshal(data, &out) != nil {
		err = errFrame
	}
	w.doomed = w.doomed || errors.Is(err, errUnsent) || errors.Is(err, errFrame) || errors.Is(err, batch.ErrBroken)
	return out, err
}

// explain counts crashes and gives the caller's own deadline the name of a
// timeout, late.
func (p *Pool) explain(ctx context.Context, key [32]byte, late, err error) error {
	var from stopError
	switch {
	case errors.As(err, &from):
		return from.error
	case p.ctx.Err() != nil && crashed(err):
		return errStopped()
	case crashed(err):
		p.counts.crashed.Add(1)
		p.bad.add(key)
		p.log.Error("an engine worker died", "error", fault.Of(err).Err)
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() != nil:
		return fault.Of(late).Because(err)
	case fault.Of(err).Kind == fault.Internal:
		return fmt.Errorf("engine: %w", full(err))
	}
	return err
}
