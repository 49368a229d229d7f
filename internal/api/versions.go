package api

import (
	"context"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"tabletalk/internal/dataset"
	"tabletalk/internal/fault"
	"tabletalk/internal/ingest"
	"tabletalk/internal/table"
)

const versionsPath = "/files/{id}/versions"

// Version is a version of a file as a client sees it.
type Version struct {
	Number    int64            `json:"number"`
	Kind      dataset.Kind     `json:"kind" enum:"upload,reread,replace,append"`
	Current   bool             `json:"current" doc:"Questions see this one"`
	Name      string           `json:"name" doc:"Of what was uploaded"`
	Size      int64            `json:"size"`
	SHA256    string           `json:"sha256"`
	Tables    []Table          `json:"tables"`
	Receipt   *ingest.Receipt  `json:"receipt,omitempty"`
	Decisions ingest.Decisions `json:"decisions"`
	Drift     []dataset.Drift  `json:"drift" doc:"What differs from the version that it followed"`
	CreatedAt string           `json:"created_at" format:"date-time"`
}

func versionOf(v dataset.Version) Version {
	return Version{Number: v.Number, Kind: v.Kind, Current: v.Current, Name: v.Name, Size: v.Size, SHA256: v.SHA256, Tables: orEmpty(each(v.Tables, tableOf)),
		Receipt: v.Receipt, Decisions: v.Origin.Decisions, Drift: orEmpty(v.Origin.Drift), CreatedAt: v.CreatedAt.Format("2006-01-02T15:04:05.999999Z07:00")}
}

// Changed says what a change made of a file, or would make.
type Changed struct {
	Stored bool            `json:"stored" doc:"False where it was only tried"`
	File   File            `json:"file" doc:"As it is afterwards, or would be"`
	Drift  []dataset.Drift `json:"drift" doc:"What differs between before and after"`
	Before *changeState    `json:"before,omitempty" doc:"Given where it was only tried"`
	After  *changeState    `json:"after,omitempty" doc:"Given where it was only tried"`
}

// changeState is a file before or after a change.
type changeState struct {
	Receipt *ingest.Receipt `json:"receipt,omitempty"`
	Tables  []preview       `json:"tables"`
}

type changedOutput struct{ Body Changed }

// changeOptions say whether a change is only tried, and what of.
type changeOptions struct {
	Mode    string
	TableID string
	DryRun  bool
	Rows    int
}

// versionFields are the fields of a new version beside those of every upload.
var versionFields = []string{"mode", "table_id", "dry_run", "rows"}

// field takes a field of the form.
func (o *changeOptions) field(name, text string) (err error) {
	switch name {
	case "mode":
		if o.Mode = text; text != "replace" && text != "append" {
			return fault.New(fault.Invalid, "mode_invalid", "A new version replaces the rows of a file or is appended to them.").WithHint("Send mode=replace or mode=append.")
		}
	case "table_id":
		o.TableID = text
	case "dry_run":
		o.DryRun, err = strconv.ParseBool(text)
	case "rows":
		o.Rows, err = strconv.Atoi(text)
		o.Rows = min(max(o.Rows, 0), 1000)
	}
	if err != nil {
		return fault.New(fault.Invalid, "invalid_request", "The field %s was not understood.", name)
	}
	return nil
}

// trial is what the options ask for.
func (o changeOptions) trial() dataset.Trial {
	if o.Rows == 0 {
		o.Rows = 20
	}
	return dataset.Trial{Only: o.DryRun, Rows: o.Rows}
}

// versionForm describes the form of a new version.
func versionForm(file *huma.Schema) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, Required: []string{"files"}, Properties: map[string]*huma.Schema{
		"files":     {Type: huma.TypeArray, Items: file, Description: "One file"},
		"mode":      {Type: huma.TypeString, Enum: []any{"replace", "append"}, Default: "replace", Description: "In place of the rows, or behind those of a table"},
		"table_id":  {Type: huma.TypeString, Description: "Which table to append to; needed where the file has several"},
		"decisions": {Type: huma.TypeString, Description: "How to read the file, as the JSON of IngestDecisions"},
		"dry_run":   {Type: huma.TypeBoolean, Description: "Only show what would change"},
		"rows":      {Type: huma.TypeInteger, Description: "How many rows of each table to show, at most 1000; usually 20"},
	}}
}

type rereadInput struct {
	ID   string `path:"id"`
	Key  string `header:"Idempotency-Key" maxLength:"200"`
	Body struct {
		Decisions ingest.Decisions `json:"decisions,omitempty" doc:"All that is decided: what is missing is found out again"`
		DryRun    bool             `json:"dry_run,omitempty" doc:"Only show what would change"`
		Rows      int              `json:"rows,omitempty" minimum:"1" maximum:"1000" default:"20" doc:"How many rows of each table to show where it is only tried"`
	}
}

func (s *Server) reread(ctx context.Context, in *rereadInput) (*changedOutput, error) {
	o := changeOptions{DryRun: in.Body.DryRun, Rows: in.Body.Rows}
	c, err := s.versions.Reread(ctx, who(ctx).Workspace, in.ID, in.Body.Decisions, o.trial())
	return s.changed(ctx, c, o, err)
}

type addVersionInput struct {
	ID  string `path:"id"`
	Key string `header:"Idempotency-Key" maxLength:"200"`
	Raw rawRequest
}

// addVersion takes a file in for one that is there.
func (s *Server) addVersion(ctx context.Context, in *addVersionInput) (*changedOutput, error) {
	f, err := s.files.File(ctx, who(ctx).Workspace, in.ID)
	var form *form
	if err == nil {
		form, err = s.receive(ctx, in.Raw.r, true)
		defer form.discard()
	}
	if err != nil {
		drain(in.Raw.r.Body)
		return nil, err
	}
	if len(form.staged) != 1 {
		return nil, fault.New(fault.Invalid, "one_file", "A new version is one file; %d were sent.", len(form.staged))
	}
	if err := arrived(ctx, in.ID+form.digest()); err != nil {
		return nil, err
	}
	if form.options.Mode != "append" {
		c, err := s.versions.Replace(ctx, who(ctx).Workspace, in.ID, form.staged[0], form.options.trial())
		return s.changed(ctx, c, form.options, err)
	}
	table, err := appendTo(f, form.options.TableID)
	if err != nil {
		return nil, err
	}
	c, err := s.versions.Append(ctx, who(ctx).Workspace, table, form.staged[0], form.options.trial())
	return s.changed(ctx, c, form.options, err)
}

// appendTo finds the table of a file that gets more rows.
func appendTo(f *dataset.File, id string) (string, error) {
	for _, t := range f.Tables {
		if t.ID == id || id == "" && len(f.Tables) == 1 {
			return t.ID, nil
		}
	}
	if id == "" {
		return "", fault.New(fault.Invalid, "table_missing", "The file has %d tables.", len(f.Tables)).WithHint("Name the one to append to as table_id.")
	}
	return "", fault.New(fault.NotFound, "table_not_found", "The file has no such table.")
}

// changed tells of a change; of one that was only tried, with rows before and
// after.
func (s *Server) changed(ctx context.Context, c *dataset.Change, o changeOptions, err error) (*changedOutput, error) {
	if err != nil {
		return nil, err
	}
	out := &changedOutput{Body: Changed{Stored: !o.DryRun, File: fileOf(*c.After), Drift: orEmpty(c.Drift)}}
	if !o.DryRun {
		return out, nil
	}
	v, rows, err := s.versions.VersionRows(ctx, who(ctx).Workspace, c.Before.ID, c.Before.Version, o.trial().Rows)
	if err != nil {
		return nil, err
	}
	out.Body.Before = &changeState{v.Receipt, previews(v.Tables, rows)}
	out.Body.After = &changeState{c.After.Receipt, previews(c.After.Tables, c.Rows)}
	return out, nil
}

func previews(tables []dataset.Table, rows []*table.Rows) []preview {
	list := []preview{}
	for i, r := range rows {
		list = append(list, previewOf(tables[i], r, 0))
	}
	return list
}

func (s *Server) fileVersions(ctx context.Context, in *idInput) (*listOutput[Version], error) {
	all, err := s.versions.Versions(ctx, who(ctx).Workspace, in.ID)
	return listed(each(all, versionOf), "", err)
}

// VersionInput names a version of a file.
type VersionInput struct {
	ID     string `path:"id"`
	Number int64  `path:"number" minimum:"1"`
}

type versionPreviewInput struct {
	VersionInput
	Limit int `query:"limit" default:"50" minimum:"1" maximum:"1000"`
}

func (s *Server) versionPreview(ctx context.Context, in *versionPreviewInput) (*filePreviewOutput, error) {
	v, rows, err := s.versions.VersionRows(ctx, who(ctx).Workspace, in.ID, in.Number, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &filePreviewOutput{}
	out.Body.Tables = previews(v.Tables, rows)
	return out, nil
}

func (s *Server) restoreVersion(ctx context.Context, in *VersionInput) (*fileOutput, error) {
	return oneFile(s.versions.Restore(ctx, who(ctx).Workspace, in.ID, in.Number))
}

func (s *Server) undoFile(ctx context.Context, in *idInput) (*fileOutput, error) {
	return oneFile(s.versions.Undo(ctx, who(ctx).Workspace, in.ID))
}

func oneFile(f *dataset.File, err error) (*fileOutput, error) {
	if err != nil {
		return nil, err
	}
	return &fileOutput{Body: fileOf(*f)}, nil
}

func (s *Server) deleteVersion(ctx context.Context, in *VersionInput) (*empty, error) {
	return nil, s.versions.DeleteVersion(ctx, who(ctx).Workspace, in.ID, in.Number)
}
