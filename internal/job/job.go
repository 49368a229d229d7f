package job

import (
	"context"
	"time"

	"tabletalk/internal/session"
)

// Status of a job.
type Status string

// The statuses of a job. The last three are final.
const (
	Pending   Status = "pending"
	Running   Status = "running"
	Completed Status = "completed"
	Failed    Status = "failed"
	Cancelled Status = "cancelled"
)

// Job is one piece of work.
type Job struct {
	ID        string    `json:"id"`
	Workspace string    `json:"-"`
	SessionID string    `json:"session_id"`
	Kind      string    `json:"kind" enum:"import,profile" doc:"What is done: import reads an upload, profile looks closely at a large table"`
	Subject   string    `json:"file_id" doc:"The file that it is done for"`
	TableID   string    `json:"table_id,omitempty" doc:"The table of the file that it is about, where it is about one"`
	Content   string    `json:"-"` // of the table, when the job was added
	Status    Status    `json:"status" enum:"pending,running,completed,failed,cancelled"`
	Stage     string    `json:"stage" doc:"What is being done: scan, load, statistics, profile"`
	Done      int64     `json:"done" doc:"Of the stage; bytes while a file is scanned, rows while they are loaded, columns while a table is profiled"`
	Total     int64     `json:"total" doc:"0 where it is not known"`
	Error     *Problem  `json:"error,omitempty" doc:"Why it failed"`
	Attempts  int       `json:"attempts" doc:"How often it was begun"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// Problem is why a job failed.
type Problem struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

// Store is what jobs need of a database.
type Store interface {
	Job(ctx context.Context, workspace, id string) (*Job, error)
	// Jobs lists those of a session, or of the workspace, newest first.
	Jobs(ctx context.Context, workspace, person, sessionID string, p session.Page) (list []Job, next string, err error)
	// ClaimJob takes the oldest job of a kind that waits, or whose holder did
	// not say for longer than its lease that it lives; nil where there is none.
	ClaimJob(ctx context.Context, holder, kind string, lease time.Duration) (*Job, error)
	// HoldJob says how far a job is and that its holder lives. It reports
	// whether the job is not the holder's any more, or is to be cancelled.
	HoldJob(ctx context.Context, holder string, j Job, lease time.Duration) (lost bool, err error)
	// EndJob stores how a job ended.
	EndJob(ctx context.Context, holder string, j Job) error
	// CancelJob ends a job that waits, and asks for the end of one that runs.
	CancelJob(ctx context.Context, workspace, id string) (*Job, error)
	// ReleaseJobs lets the jobs of a holder that died wait again.
	ReleaseJobs(ctx context.Context, holder string) (int, error)
}
