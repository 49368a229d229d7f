package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"tabletalk/internal/dataset"
	"tabletalk/internal/fault"
	"tabletalk/internal/job"
	"tabletalk/internal/session"
)

var _ job.Store = (*Store)(nil)

const jobColumns = `id, workspace_id, session_id, kind, subject, table_id, content, status, stage, done, total, problem, attempts, created_at, updated_at`

// AddFileLater stores a file that is to be read with the job that reads it,
// both or neither.
func (s *Store) AddFileLater(ctx context.Context, f dataset.File, jobID string) error {
	const op = "store.AddFileLater"
	p, err := s.packFile(f)
	if err != nil {
		return s.fail(op, err)
	}
	return s.inTx(ctx, op, func(tx *sql.Tx) error {
		if err := s.addFile(ctx, tx, f, p); err != nil {
			return err
		}
		return s.addJob(ctx, tx, job.Job{ID: jobID, SessionID: f.SessionID, Kind: dataset.ImportKind, Subject: f.ID})
	})
}

// addJob stores a job that waits.
func (s *Store) addJob(ctx context.Context, tx *sql.Tx, j job.Job) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO jobs (id, workspace_id, session_id, kind, subject, table_id, content, status, stage, done, total, problem,
		attempts, cancel, holder, held_until, created_at, updated_at)
		SELECT $1, s.workspace_id, s.id, $2, $3, $4, $5, $6, '', 0, 0, NULL, 0, $7, '', 0, $8, $8 FROM sessions s WHERE s.id = $9`,
		j.ID, j.Kind, j.Subject, j.TableID, j.Content, string(job.Pending), false, micros(s.now()), j.SessionID)
	return err
}

// AddProfileJob stores the job that looks closely at a table. One that waits
// for it already is told of the table's content instead. Unless it is asked for
// again, content that a job was cancelled over, or failed at, is left alone.
func (s *Store) AddProfileJob(ctx context.Context, t dataset.Table, jobID string, again bool) (id string, err error) {
	err = s.inTx(ctx, "store.AddProfileJob", func(tx *sql.Tx) error {
		row := tx.QueryRowContext(ctx, `UPDATE jobs SET content = $1, updated_at = $2 WHERE table_id = $3 AND status = 'pending' RETURNING id`, t.SHA256, micros(s.now()), t.ID)
		if err := row.Scan(&id); !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		row = tx.QueryRowContext(ctx, `SELECT id FROM jobs WHERE table_id = $1 AND content = $2 AND (status = 'running' OR ($3 AND status <> 'completed'))
			ORDER BY created_at DESC LIMIT 1`, t.ID, t.SHA256, !again)
		if err := row.Scan(&id); !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		id = jobID
		return s.addJob(ctx, tx, job.Job{ID: id, SessionID: t.SessionID, Kind: dataset.ProfileKind, Subject: t.FileID, TableID: t.ID, Content: t.SHA256})
	})
	return id, err
}

// Job gives a job of the workspace.
func (s *Store) Job(ctx context.Context, workspace, id string) (*job.Job, error) {
	row := s.read.QueryRowContext(ctx, `SELECT `+jobColumns+` FROM jobs WHERE id = $1 AND workspace_id = $2`, text(id), text(workspace))
	j, err := s.scanJob(func(into ...any) error { return one(row, noJob(), into...) })
	if err != nil {
		return nil, s.fail("store.Job", err)
	}
	return &j, nil
}

// Jobs lists the jobs of a session, of all sessions that a person owns or
// shares, or of the workspace, newest first.
func (s *Store) Jobs(ctx context.Context, workspace, person, sessionID string, p session.Page) ([]job.Job, string, error) {
	const op = "store.Jobs"
	limit, from, err := pageOf(p)
	if err != nil {
		return nil, "", err
	}
	if sessionID != "" {
		if err := s.live(ctx, s.read, workspace, sessionID); err != nil {
			return nil, "", s.fail(op, err)
		}
	}
	list := []job.Job{}
	err = each(ctx, s.read, func(rows *sql.Rows) error {
		j, err := s.scanJob(rows.Scan)
		list = append(list, j)
		return err
	}, `SELECT `+jobColumns+` FROM jobs WHERE workspace_id = $1 AND ($2 = '' OR session_id = $2)
		AND ($6 = '' OR session_id IN (SELECT id FROM sessions WHERE owner_id = $6 UNION SELECT session_id FROM shares WHERE user_id = $6))
		AND (created_at < $3 OR (created_at = $3 AND id < $4))
		ORDER BY created_at DESC, id DESC LIMIT $5`, text(workspace), text(sessionID), from.at, from.id, limit+1, text(person))
	if err != nil {
		return nil, "", s.fail(op, err)
	}
	list, next := paged(list, limit, func(j job.Job) position { return position{micros(j.CreatedAt), j.ID} })
	return list, next, nil
}

// ClaimJob takes the oldest job of a kind that nobody does. Of two who see the same job
// one gets it: the row says who holds it.
func (s *Store) ClaimJob(ctx context.Context, holder, kind string, lease time.Duration) (*job.Job, error) {
	const op = "store.ClaimJob"
	for range txAttempts {
		now := micros(s.now())
		var id string
		row := s.read.QueryRowContext(ctx, `SELECT id FROM jobs WHERE kind = $1 AND (status = 'pending' OR (status = 'running' AND held_until <= $2))
			ORDER BY created_at, id LIMIT 1`, kind, now)
		if err := row.Scan(&id); errors.Is(err, sql.ErrNoRows) {
			return nil, nil
		} else if err != nil {
			return nil, s.fail(op, err)
		}
		taken := s.write.QueryRowContext(ctx, `UPDATE jobs SET status = 'running', attempts = attempts + 1, holder = $1, held_until = $2, updated_at = $3
			WHERE id = $4 AND (status = 'pending' OR (status = 'running' AND held_until <= $3)) RETURNING `+jobColumns,
			holder, now+lease.Microseconds(), now, id)
		j, err := s.scanJob(taken.Scan)
		if err == nil {
			return &j, nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return nil, s.fail(op, err)
		}
	}
	return nil, nil
}

// HoldJob says how far a job is and that its holder lives.
func (s *Store) HoldJob(ctx context.Context, holder string, j job.Job, lease time.Duration) (lost bool, err error) {
	now := micros(s.now())
	row := s.write.QueryRowContext(ctx, `UPDATE jobs SET stage = $1, done = $2, total = $3, held_until = $4, updated_at = $5
		WHERE id = $6 AND holder = $7 AND status = 'running' RETURNING cancel`,
		text(j.Stage), j.Done, j.Total, now+lease.Microseconds(), now, j.ID, holder)
	err = row.Scan(&lost)
	if errors.Is(err, sql.ErrNoRows) {
		return true, nil
	}
	return lost, s.fail("store.HoldJob", err)
}

// EndJob stores how a job ended, where it is still the holder's.
func (s *Store) EndJob(ctx context.Context, holder string, j job.Job) error {
	problem, err := s.codec.pack(j.Error)
	if err != nil {
		return s.fail("store.EndJob", err)
	}
	_, err = s.write.ExecContext(ctx, `UPDATE jobs SET status = $1, stage = $2, done = $3, total = $4, problem = $5, updated_at = $6
		WHERE id = $7 AND holder = $8 AND status = 'running'`, string(j.Status), text(j.Stage), j.Done, j.Total, problem, micros(s.now()), j.ID, holder)
	return s.fail("store.EndJob", err)
}

// CancelJob ends a job that waits and marks one that runs.
func (s *Store) CancelJob(ctx context.Context, workspace, id string) (*job.Job, error) {
	row := s.write.QueryRowContext(ctx, `UPDATE jobs SET cancel = $1, status = CASE WHEN status = 'pending' THEN 'cancelled' ELSE status END, updated_at = $2
		WHERE id = $3 AND workspace_id = $4 RETURNING `+jobColumns, true, micros(s.now()), text(id), text(workspace))
	j, err := s.scanJob(func(into ...any) error { return one(row, noJob(), into...) })
	if err != nil {
		return nil, s.fail("store.CancelJob", err)
	}
	return &j, nil
}

// ReleaseJobs lets the jobs of a process that died wait again.
func (s *Store) ReleaseJobs(ctx context.Context, holder string) (int, error) {
	res, err := s.write.ExecContext(ctx, `UPDATE jobs SET status = 'pending', held_until = 0, updated_at = $1 WHERE holder = $2 AND status = 'running'`, micros(s.now()), holder)
	if err != nil {
		return 0, s.fail("store.ReleaseJobs", err)
	}
	n, err := res.RowsAffected()
	return int(n), s.fail("store.ReleaseJobs", err)
}

func (s *Store) scanJob(scan func(...any) error) (job.Job, error) {
	var j job.Job
	var status string
	var problem []byte
	var created, updated int64
	if err := scan(&j.ID, &j.Workspace, &j.SessionID, &j.Kind, &j.Subject, &j.TableID, &j.Content, &status, &j.Stage, &j.Done, &j.Total, &problem, &j.Attempts, &created, &updated); err != nil {
		return j, err
	}
	j.Status, j.CreatedAt, j.UpdatedAt = job.Status(status), fromMicros(created), fromMicros(updated)
	return j, s.codec.unpack(problem, &j.Error)
}

func noJob() *fault.Error { return missing("job", "There is no such job.") }
