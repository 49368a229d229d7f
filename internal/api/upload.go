package api

import (
	"bufio"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"tabletalk/internal/dataset"
	"tabletalk/internal/engine"
	"tabletalk/internal/fault"
	"tabletalk/internal/ingest"
	"tabletalk/internal/session"
)

const (
	uploadPath = "/files/upload"
	drainBytes = 64 << 20 // of a refused body, so that the client gets to read why
	drainTime  = 10 * time.Second
	fieldBytes = 64 << 10 // of a form field that is not a file
	readBytes  = 256 << 10
)

// uploadInput reaches past huma to the request itself: the body is read from
// the socket part by part and never held whole.
type uploadInput struct {
	Key string `header:"Idempotency-Key" maxLength:"200" doc:"The same key gives the first answer again"`
	Raw rawRequest
}

type rawRequest struct{ r *http.Request }

// Resolve keeps the request.
func (x *rawRequest) Resolve(ctx huma.Context) []error {
	x.r, _ = humago.Unwrap(ctx)
	return nil
}

// Uploaded says what became of an upload.
type Uploaded struct {
	SessionID  string `json:"session_id"`
	Files      []File `json:"files"`
	TotalFiles int    `json:"total_files"`
	TotalSize  int64  `json:"total_size"`
	JobID      string `json:"job_id,omitempty" doc:"Of the first file's job, where the upload was accepted and not read yet (202)"`
}

type uploadOutput struct {
	Status int
	Body   Uploaded
}

// upload stages every file while it arrives, and imports them when the whole
// form is there: until then nothing is visible, and a client that goes away
// leaves nothing.
func (s *Server) upload(ctx context.Context, in *uploadInput) (*uploadOutput, error) {
	form, err := s.receive(ctx, in.Raw.r, false)
	defer form.discard()
	if err != nil {
		drain(in.Raw.r.Body)
		return nil, err
	}
	if err := arrived(ctx, form.digest()); err != nil {
		return nil, err
	}
	return s.importAll(ctx, form)
}

// form is a multipart form whose files lie on disk.
type form struct {
	session   string
	staged    []*dataset.Staged
	decisions ingest.Decisions
	options   changeOptions
	version   bool // of a file that is there
}

func (f *form) discard() {
	for _, p := range f.staged {
		p.Discard()
	}
}

// digest tells forms apart by what they hold.
func (f *form) digest() string {
	parts := []any{uploadPath, f.session, f.decisions, f.options}
	for _, p := range f.staged {
		parts = append(parts, p.Name(), p.SHA256)
	}
	return fingerprint(parts...)
}

// receive reads the form; the first error ends it.
func (s *Server) receive(ctx context.Context, r *http.Request, version bool) (*form, error) {
	f := &form{version: version}
	// The form is read in small pieces; the socket need not be.
	r.Body = struct {
		io.Reader
		io.Closer
	}{bufio.NewReaderSize(r.Body, readBytes), r.Body}
	parts, err := r.MultipartReader()
	if err != nil {
		return f, notMultipart(err)
	}
	for {
		p, err := parts.NextPart()
		if err == io.EOF { //nolint:errorlint // a wrapped one is a form that ends too early
			break
		}
		if err != nil {
			return f, brokenOff(err)
		}
		if err := s.take(ctx, f, p); err != nil {
			return f, err
		}
	}
	drain(r.Body)
	for _, p := range f.staged {
		p.Decide(f.decisions)
	}
	if len(f.staged) == 0 {
		return f, fault.New(fault.Invalid, "no_files", "The form holds no file.").WithHint("Send one or more parts named files.")
	}
	return f, nil
}

func notMultipart(err error) error {
	return &Problem{Type: "urn:tabletalk:problem:unsupported_media_type", Title: http.StatusText(http.StatusUnsupportedMediaType), Status: http.StatusUnsupportedMediaType,
		Code: "unsupported_media_type", Detail: "An upload is a multipart/form-data request.", Hint: "Send one or more parts named files.", cause: err}
}

// brokenOff tells a form that is wrong from one that did not arrive.
func brokenOff(err error) error {
	var f *fault.Error
	var header textproto.ProtocolError
	switch {
	case errors.As(err, &f):
		return err
	case errors.As(err, &header):
		return fault.New(fault.Malformed, "form_invalid", "A part of the form has a header that cannot be read.").
			WithHint("Send names of files without control characters.").Because(err)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fault.New(fault.Malformed, "upload_stalled", "The upload stopped arriving.").WithHint("Try again on a better connection; the setting is upload-idle.").Because(err)
	}
	return fault.New(fault.Malformed, "upload_incomplete", "The upload did not arrive whole.").WithHint("Send it again.").Because(err)
}

// take takes one part of the form.
func (s *Server) take(ctx context.Context, f *form, p *multipart.Part) error {
	defer p.Close() //nolint:errcheck // reading it to its end tells everything
	switch {
	case p.FileName() == "":
		text, err := io.ReadAll(io.LimitReader(p, fieldBytes))
		if err != nil {
			return brokenOff(err)
		}
		return s.field(ctx, f, p.FormName(), string(text))
	case p.FormName() == "files" || p.FormName() == "file" || p.FormName() == "files[]":
		return s.stage(ctx, f, p)
	}
	return noField(p.FormName(), f.fields()[:1])
}

// fields names those that the form may have.
func (f *form) fields() []string {
	list := uploadFields
	if f.version {
		list = append(list[:len(list):len(list)], versionFields...)
	}
	return append(list[:len(list):len(list)], decisionFields()...)
}

// field takes a field that is not a file.
func (s *Server) field(ctx context.Context, f *form, name, text string) error {
	switch name {
	case "session_id":
		if f.session = text; text == "" {
			return nil
		}
		return s.may(ctx, session.Edit, session.OfSession, text)
	case "decisions":
		return decide(text, &f.decisions)
	}
	switch {
	case f.version && slices.Contains(versionFields, name):
		return f.options.field(name, text)
	case slices.Contains(decisionFields(), name):
		return decideOne(name, text, &f.decisions)
	}
	return noField(name, f.fields())
}

// stage writes a file to disk as it comes.
func (s *Server) stage(ctx context.Context, f *form, p *multipart.Part) error {
	if len(f.staged) >= s.limits.UploadFiles {
		return fault.New(fault.TooLarge, "too_many_files", "One upload may hold %d files (max-upload-files).", s.limits.UploadFiles).WithHint("Send them in several uploads.")
	}
	in := &metered{r: p, count: s.metrics.received.Add}
	staged, err := s.intake.StageIn(ctx, dataset.Place{Workspace: who(ctx).Workspace, Owner: who(ctx).ID, SessionID: f.session}, p.FileName(), in)
	if in.err != nil {
		return brokenOff(in.err)
	}
	if err == nil {
		f.staged = append(f.staged, staged)
	}
	return err
}

// metered counts what is read, and keeps the error of the connection apart
// from those of the disk.
type metered struct {
	r     io.Reader
	err   error
	count func(float64)
}

// Read reads and counts.
func (m *metered) Read(b []byte) (int, error) {
	n, err := m.r.Read(b)
	m.count(float64(n))
	if err != nil && !errors.Is(err, io.EOF) {
		m.err = err
	}
	return n, err
}

// importAll reads the staged files into the session. One bad file among good
// ones is listed as failed; where none was good the upload is refused, and
// what was made for it is gone again.
func (s *Server) importAll(ctx context.Context, f *form) (*uploadOutput, error) {
	workspace, made := who(ctx).Workspace, false
	if f.session == "" {
		v, err := s.sessions.Create(ctx, workspace, who(ctx).ID, nameAfter(f.staged[0].Name()))
		if err != nil {
			return nil, err
		}
		f.session, made = v.ID, true
	}
	if s.large(f) {
		return s.importLater(ctx, f, made)
	}
	told := s.progressOf(ctx, f.session)
	files, err := s.intake.Import(ctx, workspace, f.session, f.staged, func(name string, p engine.Progress) { told(name, p.Stage, p.Done, p.Total) })
	for _, v := range files {
		s.metrics.files.WithLabelValues(string(v.Status)).Inc()
	}
	if err == nil {
		err = noneGood(files)
	}
	if err != nil {
		s.undo(context.WithoutCancel(ctx), f.session, made, files)
		return nil, err
	}
	return &uploadOutput{Status: http.StatusOK, Body: uploaded(f.session, files)}, nil
}

// large reports whether an upload is left to jobs. A password is not: it
// would have to be kept until then.
func (s *Server) large(f *form) bool {
	var size int64
	for _, p := range f.staged {
		size += p.Size()
	}
	return s.limits.LargeBytes > 0 && size >= s.limits.LargeBytes && f.decisions.Password == ""
}

// importLater leaves an upload to jobs.
func (s *Server) importLater(ctx context.Context, f *form, made bool) (*uploadOutput, error) {
	later, err := s.intake.ImportLater(ctx, who(ctx).Workspace, f.session, f.staged)
	files := each(later, func(l dataset.Later) dataset.File { return l.File })
	if err != nil {
		s.undo(context.WithoutCancel(ctx), f.session, made, files)
		return nil, err
	}
	s.jobs.Wake()
	out := &uploadOutput{Status: http.StatusAccepted, Body: uploaded(f.session, files)}
	for i, l := range later {
		out.Body.Files[i].JobID = l.JobID
	}
	out.Body.JobID = later[0].JobID
	return out, nil
}

// packed is the ending of a file inside another: orders.csv.gz.
var packed = []string{".gz", ".zst", ".bz2", ".zip"}

// nameAfter names a session after its first file: "orders.csv.gz" gives
// "orders".
func nameAfter(file string) string {
	name := file
	for _, ending := range packed {
		if strings.EqualFold(path.Ext(name), ending) {
			name = name[:len(name)-len(ending)]
			break
		}
	}
	if ext := path.Ext(name); len(ext) > 1 && len(ext) <= 9 {
		name = strings.TrimSuffix(name, ext)
	}
	if strings.TrimSpace(name) == "" {
		name = file
	}
	if runes := []rune(name); len(runes) > session.MaxName {
		name = string(runes[:session.MaxName])
	}
	return name
}

func uploaded(session string, files []dataset.File) Uploaded {
	out := Uploaded{SessionID: session, Files: orEmpty(each(files, fileOf)), TotalFiles: len(files)}
	for _, f := range files {
		out.TotalSize += f.Size
	}
	return out
}

// noneGood is the problem of an upload of which no file could be read: that of
// the first, with all of them listed.
func noneGood(files []dataset.File) error {
	for _, f := range files {
		if f.Status != dataset.Failed {
			return nil
		}
	}
	first := files[0].Error
	p := newProblem(http.StatusUnprocessableEntity, first.Code, first.Message, first.Hint)
	p.Files = each(files, fileOf)
	return p
}

// undo takes back what an upload that is refused has stored.
func (s *Server) undo(ctx context.Context, session string, made bool, files []dataset.File) {
	var err error
	if made {
		err = s.sessions.Delete(ctx, who(ctx).Workspace, session)
	} else {
		for _, f := range files {
			if f.Known {
				continue // it was there before this upload
			}
			err = errors.Join(err, s.files.DeleteFile(ctx, who(ctx).Workspace, f.ID))
		}
	}
	if err != nil {
		s.log.ErrorContext(ctx, "a refused upload left something", "request_id", requestID(ctx), "cause", err.Error())
	}
}

// drain reads the rest of a body, within reason.
func drain(body io.Reader) {
	end := time.Now().Add(drainTime)
	buf := make([]byte, 64<<10)
	for n := 0; n < drainBytes && time.Now().Before(end); {
		k, err := body.Read(buf)
		if n += k; err != nil {
			return
		}
	}
}
