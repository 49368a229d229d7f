package storetest

import (
	"testing"
	"time"

	"tabletalk/internal/dataset"
	"tabletalk/internal/job"
	"tabletalk/internal/session"
)

// later adds a file that a job is to read.
func (b *bench) later(t *testing.T, s session.Session) (dataset.File, string) {
	t.Helper()
	f, jobID := b.file(s.ID), id()
	f.Status = dataset.Processing
	ok(t, b.AddFileLater(b.ctx, f, jobID))
	b.clock.forward(time.Second)
	return f, jobID
}

func jobLife(t *testing.T, b *bench) {
	s := b.session(t)
	f, first := b.later(t, s)
	_, second := b.later(t, s)
	list, next, err := b.Jobs(b.ctx, s.Workspace, "", s.ID, session.Page{Limit: 1})
	ok(t, err)
	same(t, second, list[0].ID)
	list, _, err = b.Jobs(b.ctx, s.Workspace, session.LocalOwner, "", session.Page{Limit: 1, Cursor: next})
	ok(t, err)
	same(t, first, list[0].ID)
	_, _, err = b.Jobs(b.ctx, otherWorkspace, "", s.ID, session.Page{Limit: 1})
	wants(t, err, "session_not_found")
	_, err = b.Job(b.ctx, otherWorkspace, first)
	wants(t, err, "job_not_found")

	j, err := b.ClaimJob(b.ctx, "n1", dataset.ImportKind, time.Minute)
	ok(t, err)
	same(t, []any{first, f.ID, dataset.ImportKind, job.Running, 1}, []any{j.ID, j.Subject, j.Kind, j.Status, j.Attempts})
	j.Stage, j.Done, j.Total = "scan", 5, 9
	lost, err := b.HoldJob(b.ctx, "n1", *j, time.Minute)
	ok(t, err)
	same(t, false, lost)
	lost, err = b.HoldJob(b.ctx, "n2", *j, time.Minute)
	ok(t, err)
	same(t, true, lost)
	j.Status, j.Error = job.Failed, &job.Problem{Code: "c", Message: "m"}
	ok(t, b.EndJob(b.ctx, "n2", *j)) // is not its to end
	ok(t, b.EndJob(b.ctx, "n1", *j))
	got, err := b.Job(b.ctx, s.Workspace, first)
	ok(t, err)
	same(t, []any{job.Failed, "scan", int64(5), int64(9), j.Error}, []any{got.Status, got.Stage, got.Done, got.Total, got.Error})
	ok(t, b.DeleteSession(b.ctx, s.Workspace, s.ID))
	_, err = b.Job(b.ctx, s.Workspace, first)
	wants(t, err, "job_not_found")
}

// A job whose holder is silent for longer than its lease, or is known to have
// died, is taken again; of two who want it one gets it.
func jobsOfTheDead(t *testing.T, b *bench) {
	s := b.session(t)
	_, id := b.later(t, s)
	claims := func(holder string, want int) {
		t.Helper()
		j, err := b.ClaimJob(b.ctx, holder, dataset.ImportKind, time.Minute)
		ok(t, err)
		if (j != nil) != (want > 0) || j != nil && (j.ID != id || j.Attempts != want) {
			t.Fatalf("%s got %+v, want attempt %d", holder, j, want)
		}
	}
	claims("n1", 1)
	claims("n2", 0)
	b.clock.forward(2 * time.Minute)
	claims("n2", 2)
	n, err := b.ReleaseJobs(b.ctx, "n1")
	ok(t, err)
	same(t, 0, n)
	n, err = b.ReleaseJobs(b.ctx, "n2")
	ok(t, err)
	same(t, 1, n)
	claims("n1", 3)
}

func cancelJobs(t *testing.T, b *bench) {
	s := b.session(t)
	_, runs := b.later(t, s)
	_, waits := b.later(t, s)
	j, err := b.ClaimJob(b.ctx, "n1", dataset.ImportKind, time.Minute)
	ok(t, err)
	for id, want := range map[string]job.Status{runs: job.Running, waits: job.Cancelled} {
		got, err := b.CancelJob(b.ctx, s.Workspace, id)
		ok(t, err)
		same(t, want, got.Status)
	}
	lost, err := b.HoldJob(b.ctx, "n1", *j, time.Minute)
	ok(t, err)
	same(t, true, lost)
	none, err := b.ClaimJob(b.ctx, "n2", dataset.ImportKind, time.Minute)
	ok(t, err)
	same(t, (*job.Job)(nil), none)
	_, err = b.CancelJob(b.ctx, otherWorkspace, waits)
	wants(t, err, "job_not_found")
}

// A table has one job that waits for it at most, which is about what it holds
// now; what a job was cancelled over is left alone until it is asked for again.
func profileJobs(t *testing.T, b *bench) {
	s := b.session(t)
	f := b.file(s.ID, "big")
	ok(t, b.AddFile(b.ctx, f))
	big := f.Tables[0]
	add := func(content string, again bool) string {
		t.Helper()
		big.SHA256 = content
		got, err := b.AddProfileJob(b.ctx, big, id(), again)
		ok(t, err)
		b.clock.forward(time.Second)
		return got
	}
	first := add("one", false)
	same(t, first, add("two", false))
	none, err := b.ClaimJob(b.ctx, "n1", dataset.ImportKind, time.Minute)
	ok(t, err)
	same(t, (*job.Job)(nil), none)
	j, err := b.ClaimJob(b.ctx, "n1", dataset.ProfileKind, time.Minute)
	ok(t, err)
	same(t, []any{first, f.ID, big.ID, "two"}, []any{j.ID, j.Subject, j.TableID, j.Content})
	same(t, first, add("two", true)) // it runs
	second := add("three", false)
	_, err = b.CancelJob(b.ctx, s.Workspace, second)
	ok(t, err)
	same(t, second, add("three", false))
	if third := add("three", true); third == second || third == first {
		t.Errorf("asked for again, the job is %s", third)
	}
}
