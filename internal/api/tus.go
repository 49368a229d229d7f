package api

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"tabletalk/internal/account"
	"tabletalk/internal/dataset"
	"tabletalk/internal/fault"
	"tabletalk/internal/session"
)

// Resumable uploads: tus 1.0.0 with creation, termination and expiration.
const (
	resumePath = "/uploads"
	tusVersion = "1.0.0"
)

// tusRoutes are the routes that speak tus.
func (s *Server) tusRoutes() map[string]func(http.ResponseWriter, *http.Request) error {
	return map[string]func(http.ResponseWriter, *http.Request) error{
		"OPTIONS " + base + resumePath: s.tusOptions, "POST " + base + resumePath: s.tusCreate, "HEAD " + base + resumePath + "/{id}": s.tusHead,
		"PATCH " + base + resumePath + "/{id}": s.tusPatch, "DELETE " + base + resumePath + "/{id}": s.tusDelete, "GET " + base + resumePath + "/{id}": s.tusGet,
	}
}

// tus checks the version and answers for errors.
func (s *Server) tus(next func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Tus-Resumable", tusVersion)
		if r.Method != http.MethodOptions && r.Method != http.MethodGet && r.Header.Get("Tus-Resumable") != tusVersion {
			w.Header().Set("Tus-Version", tusVersion)
			s.refuse(w, r, newProblem(http.StatusPreconditionFailed, "tus_version", "Uploads are resumed by version 1.0.0 of tus.", "Send the header Tus-Resumable: 1.0.0."))
			return
		}
		err := s.mayUpload(r)
		if err == nil {
			err = next(w, r)
		}
		if err != nil {
			drain(r.Body)
			s.refuse(w, r, problemOf(err))
		}
	}
}

// mayUpload refuses keys that may only read, and the uploads of others: they
// look like missing ones.
func (s *Server) mayUpload(r *http.Request) error {
	ctx := r.Context()
	if err := scoped(who(ctx), account.ScopeWrite); err != nil {
		return err
	}
	id := r.PathValue("id")
	if id == "" || who(ctx).person() == "" {
		return nil
	}
	u, err := s.resumes.Upload(ctx, who(ctx).Workspace, id)
	if err == nil && u.Owner != who(ctx).ID {
		return fault.New(fault.NotFound, "upload_not_found", "There is no such upload.").WithHint("It may have waited too long; begin it again.")
	}
	return err
}

func (s *Server) tusOptions(w http.ResponseWriter, _ *http.Request) error {
	h := w.Header()
	h.Set("Tus-Version", tusVersion)
	h.Set("Tus-Extension", "creation,termination")
	if s.limits.UploadBytes > 0 {
		h.Set("Tus-Max-Size", strconv.FormatInt(s.limits.UploadBytes, 10))
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// tusCreate begins an upload. Its metadata may name filename, session_id and
// decisions.
func (s *Server) tusCreate(w http.ResponseWriter, r *http.Request) error {
	length, err := strconv.ParseInt(r.Header.Get("Upload-Length"), 10, 64)
	if err != nil || length < 0 {
		return fault.New(fault.Malformed, "upload_length", "The header Upload-Length is missing or is no number of bytes.")
	}
	meta, err := tusMetadata(r.Header.Get("Upload-Metadata"))
	if err != nil {
		return err
	}
	u := dataset.Resumable{Workspace: who(r.Context()).Workspace, Owner: who(r.Context()).ID, Name: meta["filename"], SessionID: meta["session_id"], Length: length}
	if text := meta["decisions"]; text != "" {
		if err := decide(text, &u.Decisions); err != nil {
			return err
		}
	}
	if u.SessionID != "" {
		if err := s.may(r.Context(), session.Edit, session.OfSession, u.SessionID); err != nil {
			return err
		}
	}
	made, err := s.resumes.BeginUpload(r.Context(), u)
	if err != nil {
		return err
	}
	w.Header().Set("Location", base+resumePath+"/"+made.ID)
	w.WriteHeader(http.StatusCreated)
	return nil
}

// tusMetadata reads "filename d29ybGQ=,session_id …".
func tusMetadata(text string) (map[string]string, error) {
	meta := map[string]string{}
	for part := range strings.SplitSeq(text, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), " ")
		b, err := base64.StdEncoding.DecodeString(value)
		if err != nil {
			return nil, fault.New(fault.Malformed, "upload_metadata", "The header Upload-Metadata is not made of keys with values in base64.")
		}
		meta[key] = string(b)
	}
	return meta, nil
}

func (s *Server) tusHead(w http.ResponseWriter, r *http.Request) error {
	u, err := s.uploadOf(r)
	if err != nil {
		return err
	}
	w.Header().Set("Upload-Offset", strconv.FormatInt(u.Offset, 10))
	w.Header().Set("Upload-Length", strconv.FormatInt(u.Length, 10))
	w.WriteHeader(http.StatusOK)
	return nil
}

// tusPatch takes the next piece; with the last one a job begins to read the
// file.
func (s *Server) tusPatch(w http.ResponseWriter, r *http.Request) error {
	offset, err := strconv.ParseInt(r.Header.Get("Upload-Offset"), 10, 64)
	if err != nil || r.Header.Get("Content-Type") != "application/offset+octet-stream" {
		return &Problem{Type: "urn:tabletalk:problem:unsupported_media_type", Title: http.StatusText(http.StatusUnsupportedMediaType), Status: http.StatusUnsupportedMediaType,
			Code: "unsupported_media_type", Detail: "A piece of an upload is application/offset+octet-stream with an Upload-Offset."}
	}
	in := &metered{r: r.Body, count: s.metrics.received.Add}
	u, err := s.resumes.ContinueUpload(r.Context(), who(r.Context()).Workspace, r.PathValue("id"), offset, in)
	if in.err != nil {
		return brokenOff(in.err)
	}
	if err == nil && u.Offset == u.Length {
		u, err = s.uploadOf(r)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Upload-Offset", strconv.FormatInt(u.Offset, 10))
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// uploadOf finds the upload of a request. One that is complete is left to a
// job, should that not have happened before the program ended.
func (s *Server) uploadOf(r *http.Request) (*dataset.Resumable, error) {
	ctx := r.Context()
	return s.resumes.CompleteUpload(ctx, who(ctx).Workspace, r.PathValue("id"), func(u *dataset.Resumable, st *dataset.Staged) (*dataset.Later, error) {
		return s.takeUpload(ctx, u, st)
	})
}

// takeUpload leaves an upload that is complete to a job.
func (s *Server) takeUpload(ctx context.Context, u *dataset.Resumable, st *dataset.Staged) (*dataset.Later, error) {
	into, made := u.SessionID, false
	if into != "" {
		if err := s.may(ctx, session.Edit, session.OfSession, into); err != nil {
			return nil, err
		}
	}
	if into == "" {
		v, err := s.sessions.Create(ctx, who(ctx).Workspace, who(ctx).ID, nameAfter(u.Name))
		if err != nil {
			return nil, err
		}
		into, made = v.ID, true
	}
	later, err := s.intake.ImportLater(ctx, who(ctx).Workspace, into, []*dataset.Staged{st})
	if err == nil && len(later) != 1 {
		err = errors.New("an upload became no file")
	}
	if err != nil {
		s.undo(context.WithoutCancel(ctx), into, made, nil)
		return nil, err
	}
	s.jobs.Wake()
	return &later[0], nil
}

func (s *Server) tusDelete(w http.ResponseWriter, r *http.Request) error {
	err := s.resumes.EndUpload(r.Context(), who(r.Context()).Workspace, r.PathValue("id"))
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}

// tusGet says, as JSON, what became of an upload.
func (s *Server) tusGet(w http.ResponseWriter, r *http.Request) error {
	u, err := s.uploadOf(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	return encode(w, map[string]any{"id": u.ID, "name": u.Name, "offset": u.Offset, "length": u.Length, "session_id": u.SessionID, "file_id": u.FileID, "job_id": u.JobID})
}
