package api

import (
	"context"
	"encoding/json"
	"time"

	"tabletalk/internal/catalog"
	"tabletalk/internal/conversation"
	"tabletalk/internal/dataset"
	"tabletalk/internal/ingest"
	"tabletalk/internal/table"
)

// File is an uploaded file as a client sees it.
type File struct {
	ID        string           `json:"id"`
	SessionID string           `json:"session_id"`
	Name      string           `json:"name"`
	Status    dataset.Status   `json:"status" enum:"pending,processing,completed,failed"`
	Size      int64            `json:"size"`
	SHA256    string           `json:"sha256,omitempty"`
	Tables    []Table          `json:"tables"`
	Receipt   *ingest.Receipt  `json:"receipt,omitempty"`
	Error     *dataset.Problem `json:"error,omitempty"`
	Version   int64            `json:"version" doc:"The number of the version that questions see"`
	Kind      dataset.Kind     `json:"kind" enum:"upload,reread,replace,append" doc:"How that version came to be"`
	Decisions ingest.Decisions `json:"decisions" doc:"What was decided about how the file is read; everything else was found out"`
	Drift     []dataset.Drift  `json:"drift,omitempty" doc:"What differs from the version before"`
	Rereads   bool             `json:"rereads" doc:"What was uploaded is kept and can be read again with other decisions"`
	JobID     string           `json:"job_id,omitempty" doc:"Of the job that reads the file, where an upload was accepted (202) and not read yet"`
	CreatedAt *time.Time       `json:"created_at,omitempty"`
}

// Table is a table as a client sees it.
type Table struct {
	ID        string    `json:"id"`
	SessionID string    `json:"session_id"`
	FileID    string    `json:"file_id"`
	Name      string    `json:"name"`
	Rows      int64     `json:"rows"`
	Columns   []Column  `json:"columns"`
	SHA256    string    `json:"sha256" doc:"Of the table's content: what answers are traced to"`
	Bytes     int64     `json:"bytes" doc:"As stored"`
	Profiled  bool      `json:"profiled" doc:"Statistics of the columns are complete"`
	CreatedAt time.Time `json:"created_at"`
}

// Column is a column of a table.
type Column struct {
	Name       string        `json:"name"`
	Type       table.Type    `json:"type" enum:"integer,float,decimal,string,boolean,date,datetime,time"`
	Nullable   bool          `json:"nullable" doc:"Some rows have no value"`
	Role       catalog.Role  `json:"role,omitempty" doc:"What the column is for: id, measure, rate, price, dimension, time, geo, url, text, flag"`
	RoleReason string        `json:"role_reason,omitempty"`
	Unit       string        `json:"unit,omitempty"`
	Synonyms   []string      `json:"synonyms,omitempty"`
	Stats      catalog.Stats `json:"stats"`
}

func fileOf(f dataset.File) File {
	out := File{ID: f.ID, SessionID: f.SessionID, Name: f.Name, Status: f.Status, Size: f.Size, SHA256: f.SHA256,
		Tables: orEmpty(each(f.Tables, tableOf)), Receipt: f.Receipt, Error: f.Error, CreatedAt: &f.CreatedAt,
		Version: f.Version, Kind: f.Kind, Decisions: f.Origin.Decisions, Drift: f.Origin.Drift, Rereads: f.Rereads()}
	if f.Receipt != nil {
		r := *f.Receipt
		r.Notes = orEmpty(r.Notes)
		out.Receipt = &r
	}
	return out
}

func tableOf(t dataset.Table) Table {
	return Table{ID: t.ID, SessionID: t.SessionID, FileID: t.FileID, Name: t.Name, Rows: t.Rows, Columns: orEmpty(each(t.Columns, columnOf)),
		SHA256: t.SHA256, Bytes: t.Bytes, Profiled: t.Profiled, CreatedAt: t.CreatedAt}
}

func columnOf(c catalog.Column) Column {
	return Column{Name: c.Name, Type: c.Type, Nullable: c.Stats.Nulls > 0, Role: c.Role, RoleReason: c.Reason, Unit: c.Unit, Synonyms: c.Synonyms, Stats: c.Stats}
}

// each maps a list; nil stays nil.
func each[A, B any](list []A, f func(A) B) []B {
	if list == nil {
		return nil
	}
	out := make([]B, len(list))
	for i, v := range list {
		out[i] = f(v)
	}
	return out
}

type idInput struct {
	ID string `path:"id"`
}

type fileOutput struct{ Body File }

func (s *Server) file(ctx context.Context, in *idInput) (*fileOutput, error) {
	f, err := s.files.File(ctx, who(ctx).Workspace, in.ID)
	if err != nil {
		return nil, err
	}
	return &fileOutput{Body: fileOf(*f)}, nil
}

func (s *Server) deleteFile(ctx context.Context, in *idInput) (*empty, error) {
	return nil, s.files.DeleteFile(ctx, who(ctx).Workspace, in.ID)
}

type tableOutput struct{ Body Table }

func (s *Server) table(ctx context.Context, in *idInput) (*tableOutput, error) {
	t, err := s.tables.Table(ctx, who(ctx).Workspace, in.ID)
	if err != nil {
		return nil, err
	}
	return &tableOutput{Body: tableOf(*t)}, nil
}

type previewInput struct {
	ID     string `path:"id"`
	Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"1000"`
	Offset int    `query:"offset" default:"0" minimum:"0" maximum:"1000000000"`
}

// preview is some rows of a table.
type preview struct {
	ID   string `json:"id" doc:"Of the table"`
	Name string `json:"name"`
	conversation.Result
}

type previewOutput struct{ Body preview }

func (s *Server) preview(ctx context.Context, in *previewInput) (*previewOutput, error) {
	t, err := s.tables.Table(ctx, who(ctx).Workspace, in.ID)
	if err != nil {
		return nil, err
	}
	p, err := s.rowsOf(ctx, *t, in.Limit, in.Offset)
	if err != nil {
		return nil, err
	}
	return &previewOutput{Body: p}, nil
}

func (s *Server) rowsOf(ctx context.Context, t dataset.Table, limit, offset int) (preview, error) {
	rows, err := s.tables.Preview(ctx, who(ctx).Workspace, t.ID, limit, offset)
	if err != nil {
		return preview{}, err
	}
	return previewOf(t, rows, offset), nil
}

func previewOf(t dataset.Table, rows *table.Rows, offset int) preview {
	p := preview{ID: t.ID, Name: t.Name, Result: conversation.Result{
		Columns: []conversation.ResultColumn{}, Rows: orEmpty(rows.Values), RowCount: t.Rows, Truncated: int64(offset+len(rows.Values)) < t.Rows,
	}}
	for _, c := range rows.Columns {
		col := conversation.ResultColumn{Name: c.Name, Type: c.Type}
		if c.Unit != "" {
			col.Unit = &c.Unit
		}
		p.Columns = append(p.Columns, col)
	}
	return p
}

type filePreviewOutput struct {
	Body struct {
		Tables []preview `json:"tables"`
	}
}

func (s *Server) filePreview(ctx context.Context, in *previewInput) (*filePreviewOutput, error) {
	f, err := s.files.File(ctx, who(ctx).Workspace, in.ID)
	if err != nil {
		return nil, err
	}
	out := &filePreviewOutput{}
	out.Body.Tables = []preview{}
	for _, t := range f.Tables {
		p, err := s.rowsOf(ctx, t, in.Limit, in.Offset)
		if err != nil {
			return nil, err
		}
		out.Body.Tables = append(out.Body.Tables, p)
	}
	return out, nil
}

type profileOutput struct{ Body json.RawMessage }

func (s *Server) profile(ctx context.Context, in *idInput) (*profileOutput, error) {
	p, err := s.tables.Profile(ctx, who(ctx).Workspace, in.ID)
	if err != nil {
		return nil, err
	}
	if p == nil {
		p = []byte(`{"columns":[]}`) // it is still being computed: the table says so
	}
	return &profileOutput{Body: p}, nil
}

// profileAgain lets a job compute the profile of a table: one before was
// cancelled, or failed.
func (s *Server) profileAgain(ctx context.Context, in *idInput) (*jobOutput, error) {
	id, err := s.tables.ProfileAgain(ctx, who(ctx).Workspace, in.ID)
	if err != nil {
		return nil, err
	}
	return oneJob(s.jobs.Job(ctx, who(ctx).Workspace, id))
}
