package dataset

import (
	"context"
	"time"

	"tabletalk/internal/catalog"
	"tabletalk/internal/ingest"
	"tabletalk/internal/session"
)

// Status of a file.
type Status string

// The statuses of a file.
const (
	Pending    Status = "pending"
	Processing Status = "processing"
	Completed  Status = "completed"
	Failed     Status = "failed"
)

// File is one uploaded file.
type File struct {
	ID        string          `json:"id"`
	SessionID string          `json:"session_id"`
	Name      string          `json:"name"` // as the person gave it, made safe to show
	Size      int64           `json:"size"`
	SHA256    string          `json:"sha256"`
	Status    Status          `json:"status"`
	Tables    []Table         `json:"tables"`
	Receipt   *ingest.Receipt `json:"receipt,omitempty"`
	Error     *Problem        `json:"error,omitempty"` // why it failed
	Version   int64           `json:"version"`
	Kind      Kind            `json:"kind"`
	Origin    Origin          `json:"origin"`
	Known     bool            `json:"-"` // it was in the session before it was uploaded now
	CreatedAt time.Time       `json:"created_at"`
	UpdatedAt time.Time       `json:"updated_at"`
}

// Problem is a failure kept with a file.
type Problem struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

// Table is one table of a session.
type Table struct {
	ID        string           `json:"id"`
	SessionID string           `json:"session_id"`
	FileID    string           `json:"file_id"`
	Name      string           `json:"name"` // unique within the session; the name in SQL
	Rows      int64            `json:"rows"`
	Columns   []catalog.Column `json:"columns"`
	SHA256    string           `json:"sha256"` // of the Parquet
	Bytes     int64            `json:"bytes"`  // of the Parquet
	BlobKey   string           `json:"-"`
	IndexKey  string           `json:"-"`
	Profiled  bool             `json:"profiled"` // statistics of the columns are complete
	CreatedAt time.Time        `json:"created_at"`
}

// Store is what files and tables need of a database. Files and tables of a
// missing session are not_found.
type Store interface {
	// AddFile stores a file with its tables in one transaction and raises
	// the session's version.
	AddFile(ctx context.Context, f File) error
	// AddFileLater stores a file that is to be read with the job that does
	// it, both or neither.
	AddFileLater(ctx context.Context, f File, jobID string) error
	File(ctx context.Context, workspace, id string) (*File, error)
	// SameFiles gives the completed files of a session whose upload had the
	// same content, newest first.
	SameFiles(ctx context.Context, sessionID, sha256 string) ([]File, error)
	// ChangeFile puts a new state in place of the one with the number from,
	// which is kept as an earlier version, and gives the new one's number.
	// With amend the new state has the old one's number, and that is not
	// kept. A file that is in another state meanwhile is a conflict:
	// file_changed.
	ChangeFile(ctx context.Context, f File, from int64, amend bool) (number int64, err error)
	// Versions gives all versions of a file, newest first.
	Versions(ctx context.Context, workspace, fileID string) ([]Version, error)
	// RestoreVersion brings an earlier version back in place of the state
	// with the number from, which becomes an earlier version.
	RestoreVersion(ctx context.Context, f File, from, number int64) error
	// DeleteVersion forgets an earlier version.
	DeleteVersion(ctx context.Context, sessionID, fileID string, number int64) error
	Files(ctx context.Context, sessionID string, p session.Page) (list []File, next string, err error)
	// DeleteFile removes a file with its tables and releases their content:
	// it is deleted later, unless another table names it then.
	DeleteFile(ctx context.Context, sessionID, id string) error
	Tables(ctx context.Context, sessionID string) ([]Table, error)
	Table(ctx context.Context, workspace, id string) (*Table, error)
	// SetProfile stores the columns of a table with their statistics. A table
	// that holds other content meanwhile is not_found.
	SetProfile(ctx context.Context, tableID, sha256 string, columns []catalog.Column, profile []byte) error
	Profile(ctx context.Context, tableID string) ([]byte, error)
	// AddProfileJob stores the job that computes the profile of a table, and
	// gives the id of the one that does: where one waits, or runs over the same
	// content, that. Unless it is asked for again, content that a job was
	// cancelled over, or failed at, is left alone, and that job's id is given.
	AddProfileJob(ctx context.Context, t Table, jobID string, again bool) (id string, err error)
	// Claim keeps room free, in place of what the claim kept before, unless
	// allowed says otherwise when it hears what is stored or claimed.
	Claim(ctx context.Context, c Claim, allowed func(Stored) error) error
	Unclaim(ctx context.Context, id string) error
	// UnclaimAll gives back what a process claimed that ended.
	UnclaimAll(ctx context.Context, holder string) error
	// ReleaseBlobs says that content was put for a table that did not come.
	// The keys of deleted tables are released by what deletes them.
	ReleaseBlobs(ctx context.Context, keys []string) (released int, err error)
}
