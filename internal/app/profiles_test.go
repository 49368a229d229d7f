package app_test

import (
	"fmt"
	"testing"

	"tabletalk/client"
	"tabletalk/internal/config"
	"tabletalk/internal/ingest"
)

// profiledByJobs lets every table count as a large one.
func profiledByJobs(c *config.Config) { c.ProfileJobRows = 1 }

// profileJob is a job as a client sees it.
type profileJob struct {
	ID, Kind, Status, Stage string
	TableID                 string `json:"table_id"`
	FileID                  string `json:"file_id"`
	Done, Total             int64
	Attempts                int
}

// jobs lists those of a session, newest first.
func (h *house) jobs(t *testing.T, session string) []profileJob {
	t.Helper()
	var list client.Page[profileJob]
	must(t, h.Do(t.Context(), "GET", "/jobs?session_id="+session, nil, &list))
	return list.Items
}

func TestProfileJobs(t *testing.T) { everywhere(t, profileJobs, profiledByJobs) }

func profileJobs(t *testing.T, h *house) {
	u, err := h.Upload(t.Context(), "", file("people.csv", people))
	must(t, err)
	table := u.Files[0].Tables[0]
	events := until(t, h.watch(t, u.SessionID, 0), final)
	stages := map[string]bool{}
	for _, e := range events {
		if e.Type == "job" {
			stages[e.Data.Stage] = true
		}
	}
	list := h.jobs(t, u.SessionID)
	if len(list) != 1 || !stages["profile"] {
		t.Fatalf("jobs %+v, stages %v", list, stages)
	}
	want := profileJob{ID: list[0].ID, Kind: "profile", Status: "completed", Stage: "profile", TableID: table.ID, FileID: u.Files[0].ID, Done: int64(len(table.Columns)), Total: int64(len(table.Columns)), Attempts: 1}
	if list[0] != want {
		t.Errorf("%+v, want %+v", list[0], want)
	}
	var p struct{ Columns []struct{ Name string } }
	must(t, h.Do(t.Context(), "GET", "/tables/"+table.ID+"/profile", nil, &p))
	if len(p.Columns) != len(table.Columns) {
		t.Errorf("profile %+v", p)
	}
	var again profileJob
	must(t, h.Do(t.Context(), "POST", "/tables/"+table.ID+"/profile", nil, &again))
	if again.ID == want.ID || again.Kind != "profile" {
		t.Errorf("asked for again: %+v", again)
	}
	wants(t, h.Do(t.Context(), "POST", "/tables/"+stranger+"/profile", nil, nil), 404, "table_not_found")
}

// The profile of a table that is not large costs no job.
func TestNoProfileJob(t *testing.T) {
	h := open(t)
	u, err := h.Upload(t.Context(), "", file("people.csv", people))
	must(t, err)
	until(t, h.watch(t, u.SessionID, 0), func(e told) bool { return e.Type == "profile" })
	if list := h.jobs(t, u.SessionID); len(list) > 0 {
		t.Errorf("%+v", list)
	}
}

// A profile that is cancelled leaves the table as it was, and can be had later.
func TestCancelledProfile(t *testing.T) {
	h := openHolding(t, ingest.KindProfile, profiledByJobs)
	u, err := h.Upload(t.Context(), "", file("people.csv", people))
	must(t, err)
	table := u.Files[0].Tables[0]
	id := h.jobs(t, u.SessionID)[0].ID
	must(t, h.Do(t.Context(), "POST", "/jobs/"+id+"/cancel", nil, nil))
	until(t, h.watch(t, u.SessionID, 0), final)
	if got := h.jobs(t, u.SessionID); len(got) != 1 || got[0].Status != "cancelled" {
		t.Fatalf("%+v", got)
	}
	if got, want := h.rows(t, u.SessionID, "SELECT count(*) FROM people"), fmt.Sprintf("[[%d]]", table.Rows); got != want {
		t.Errorf("rows %s, want %s", got, want)
	}
	if got := h.jobs(t, u.SessionID); len(got) != 1 {
		t.Errorf("a question began what was cancelled: %+v", got)
	}
	h.web.CloseClientConnections() // the events would go on
	h.close(t)

	h = open(t, func(c *config.Config) { c.Data = h.dir }, profiledByJobs)
	events := h.watch(t, u.SessionID, 0)
	must(t, h.Do(t.Context(), "POST", "/tables/"+table.ID+"/profile", nil, nil))
	until(t, events, func(e told) bool { return final(e) && e.Data.Status == "completed" })
	if got := h.jobs(t, u.SessionID); len(got) != 2 || got[0].Status != "completed" {
		t.Errorf("%+v", got)
	}
}

// A profile that a kill broke off is computed after the next start.
func TestKilledWhileProfiling(t *testing.T) {
	dir := t.TempDir()
	child, address := startChild(t, dir, holdKind+"="+ingest.KindProfile, "TABLETALK_PROFILE_JOB_ROWS=1", "TABLETALK_LARGE_UPLOAD_BYTES=1GiB")
	killed := &house{Client: client.New(address, nil)}
	u, err := killed.Upload(t.Context(), "", file("people.csv", people))
	must(t, err)
	var before []profileJob
	killed.await(t, func() bool {
		before = killed.jobs(t, u.SessionID)
		return len(before) == 1 && before[0].Status == "running"
	})
	must(t, child.Process.Kill())
	_ = child.Wait() // it was killed

	h := open(t, func(c *config.Config) { c.Data = dir }, profiledByJobs)
	until(t, h.watch(t, u.SessionID, 0), final)
	got := h.jobs(t, u.SessionID)
	if len(got) != 1 || got[0].ID != before[0].ID || got[0].Status != "completed" {
		t.Errorf("%+v", got)
	}
	f, err := h.File(t.Context(), u.Files[0].ID)
	if err != nil || !f.Tables[0].Profiled {
		t.Errorf("%v %+v", err, f)
	}
}
