package dataset

import (
	"bytes"
	"context"
	"io"
	"time"

	"tabletalk/internal/fault"
	"tabletalk/internal/ingest"
)

// Streamed says what became of rows that were posted.
type Streamed struct {
	Table    *Table
	Rows     int64 // added
	Rejected int64
	Rejects  []ingest.Reject // the first of them, by the lines of the stream
	Notes    []ingest.Note   // what was found odd in the rows, once each
	Batches  int
	Version  int64
}

// AppendLines puts rows behind those of a table while they come: lines of CSV,
// the first of which names the columns, or of JSON. They are read as the types
// that the table has. A batch ends by its rows, its bytes or its age, whichever
// comes first, and questions see whole batches only. All batches together are
// one version of the file. After an error the batches before it stay, and are
// told; what was no batch yet is not added. r may be in use then until its next
// Read returns.
func (s *Service) AppendLines(ctx context.Context, workspace, tableID string, csv bool, r io.Reader) (*Streamed, error) {
	if _, err := s.store.Table(ctx, workspace, tableID); err != nil {
		return nil, err
	}
	a := &appending{s: s, workspace: workspace, table: tableID, stream: newID(), csv: csv, name: "rows.ndjson"}
	if csv {
		a.name = "rows.csv"
	}
	stop := make(chan struct{})
	defer close(stop)
	in := &lines{r: r, limit: int(s.limits.Ingest.LineBytes), csv: csv}
	err := a.all(ctx, in.start(stop))
	if err == nil && a.out.Batches == 0 {
		err = a.nothing()
	}
	return &a.out, err
}

// appending is a stream on its way into a table.
type appending struct {
	s                *Service
	workspace, table string
	stream           string
	csv              bool
	name             string
	header           []byte
	rows             []byte
	count            int
	places           []int64 // on which line of the stream each line of the batch stands
	took             time.Duration
	out              Streamed
}

// all takes records until there are no more, and ends a batch in time.
func (a *appending) all(ctx context.Context, records <-chan lineRecord) error {
	var due <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-due:
			due = nil
			if err := a.flush(ctx); err != nil {
				return err
			}
		case rec, more := <-records:
			if !more {
				return a.flush(ctx)
			}
			if rec.err != nil {
				return rec.err
			}
			a.take(rec)
			if a.full() {
				due = nil
				if err := a.flush(ctx); err != nil {
					return err
				}
			}
			if due == nil && a.count > 0 {
				due = time.After(a.patience())
			}
		}
	}
}

func (a *appending) full() bool {
	return a.count >= a.s.limits.BatchRows || int64(len(a.rows)) >= a.s.limits.BatchBytes
}

// patience is how long a batch waits for more. Each writes the table anew, so
// that those of a long table wait for longer: a stream that trickles has it
// rewritten a quarter of the time, not all of it.
func (a *appending) patience() time.Duration { return max(a.s.limits.BatchTime, 3*a.took) }

// take puts a record into the batch; one that cannot be a row is rejected.
func (a *appending) take(rec lineRecord) {
	switch {
	case len(bytes.TrimSpace(rec.text)) == 0:
	case a.csv && a.header == nil:
		a.header = rec.text
	case !a.csv && !ingest.IsJSONObject(rec.text, a.s.limits.Ingest.JSONDepth):
		a.reject(ingest.Reject{Line: rec.line, Reason: "not a JSON object on one line", Text: ingest.Shown(rec.text)})
	default:
		a.rows = append(a.rows, rec.text...)
		a.count++
		for range bytes.Count(rec.text, []byte{'\n'}) {
			a.places = append(a.places, rec.line)
		}
	}
}

// maxRejects is how many rejected rows an answer lists.
const maxRejects = 100

func (a *appending) reject(r ingest.Reject) {
	if a.out.Rejected++; len(a.out.Rejects) < maxRejects {
		a.out.Rejects = append(a.out.Rejects, r)
	}
}

// flush puts the batch behind the table.
func (a *appending) flush(ctx context.Context) error {
	if a.count == 0 {
		return nil
	}
	began := time.Now()
	batch := append(bytes.Clone(a.header), a.rows...)
	st, err := a.s.Stage(ctx, a.name, bytes.NewReader(batch))
	if err != nil {
		return err
	}
	st.Decide(a.plainly())
	c, err := a.s.appendRows(ctx, a.workspace, a.table, st, Trial{}, a.stream)
	if err != nil {
		return err
	}
	a.added(c)
	a.rows, a.count, a.places, a.took = a.rows[:0], 0, a.places[:0], time.Since(began)
	return nil
}

// plainly is how lines are read that a program writes: nothing is guessed.
func (a *appending) plainly() ingest.Decisions {
	if !a.csv {
		return ingest.Decisions{Format: "ndjson", Encoding: "utf-8", Twice: ingest.TwiceKept, Arrays: ingest.ArraysAsText}
	}
	first := 1
	return ingest.Decisions{Format: "csv", Encoding: "utf-8", Twice: ingest.TwiceKept, Delimiter: ",", Quote: `"`, Header: &first, HeaderRows: 1, KeepTotals: true, Tables: ingest.OneTable}
}

// added counts what a batch brought.
func (a *appending) added(c *Change) {
	r := c.After.Receipt
	a.out.Batches++
	a.out.Rows += r.RowsRead
	a.out.Version, a.out.Table = c.After.Version, tableOf(c.After, a.table)
	for _, x := range r.Rejected {
		at := int(x.Line) - 1 - bytes.Count(a.header, []byte{'\n'})
		if at >= 0 && at < len(a.places) {
			x.Line = a.places[at]
		}
		a.reject(x)
	}
	a.out.Rejected += r.RowsRejected - int64(len(r.Rejected))
	for _, n := range r.Notes {
		if !a.told(n.Code) {
			a.out.Notes = append(a.out.Notes, n)
		}
	}
}

func (a *appending) told(code string) bool {
	for _, n := range a.out.Notes {
		if n.Code == code {
			return true
		}
	}
	return false
}

// nothing is why a stream added no rows.
func (a *appending) nothing() error {
	const hint = "Send one JSON object a line, or CSV behind a line that names the columns."
	if a.out.Rejected > 0 {
		first := a.out.Rejects[0]
		return fault.New(fault.Invalid, "rows_invalid", "None of %d lines is a row: the first, in line %d, is %s.", a.out.Rejected, first.Line, first.Reason).WithHint(hint).At("dataset.AppendLines")
	}
	return fault.New(fault.Invalid, "no_rows", "No rows came.").WithHint(hint).At("dataset.AppendLines")
}
