package dataset

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"tabletalk/internal/fault"
	"tabletalk/internal/ingest"
)

// Resumable is an upload that arrives in pieces and may be broken off between
// them, also by the end of the program. Its bytes wait in a folder of their own
// until all are there, or until nothing came for long.
type Resumable struct {
	ID        string           `json:"id"`
	Workspace string           `json:"workspace"`
	Owner     string           `json:"owner,omitempty"`
	SessionID string           `json:"session_id"`
	Name      string           `json:"name"`
	Length    int64            `json:"length"`
	Offset    int64            `json:"-"` // of the bytes that are there
	Decisions ingest.Decisions `json:"decisions"`
	FileID    string           `json:"file_id,omitempty"` // once it is complete
	JobID     string           `json:"job_id,omitempty"`
}

// resumeKeep is how long an upload waits for its next piece.
const resumeKeep = 24 * time.Hour

func (s *Service) resumeDir(id string) string { return filepath.Join(s.dir+"-resumable", id) }

// BeginUpload makes room for an upload of a length. Errors: upload_too_large,
// storage_full, quota_reached.
func (s *Service) BeginUpload(ctx context.Context, u Resumable) (*Resumable, error) {
	const op = "dataset.BeginUpload"
	if u.Length > s.limits.UploadBytes {
		return nil, tooLargeUpload(u.Name, s.limits.UploadBytes).At(op)
	}
	u.ID, u.Name = newID(), SafeName(u.Name)
	u.Decisions.Password = "" // is not kept
	if err := s.claim(ctx, u.claim(s.clock())); err != nil {
		return nil, err
	}
	if err := s.makeUpload(&u); err != nil {
		s.unclaim(u.ID)
		return nil, err
	}
	return &u, nil
}

// claim is the room that is kept free for an upload until it is forgotten,
// also while the program does not run.
func (u *Resumable) claim(now time.Time) Claim {
	return Claim{ID: u.ID, Place: Place{Workspace: u.Workspace, Owner: u.Owner, SessionID: u.SessionID}, Bytes: u.Length, Until: now.Add(resumeKeep)}
}

// makeUpload makes the folder of an upload.
func (s *Service) makeUpload(u *Resumable) error {
	const op = "dataset.BeginUpload"
	if err := os.MkdirAll(s.resumeDir(u.ID), 0o700); err != nil {
		return storageError(op, err)
	}
	if err := os.WriteFile(filepath.Join(s.resumeDir(u.ID), "data"), nil, 0o600); err != nil {
		return storageError(op, err)
	}
	return s.keepUpload(u)
}

// keepUpload writes what is known of an upload, whole or not at all.
func (s *Service) keepUpload(u *Resumable) error {
	b, err := json.Marshal(u)
	if err != nil {
		return err
	}
	temp := filepath.Join(s.resumeDir(u.ID), "info.new")
	if err := os.WriteFile(temp, b, 0o600); err != nil {
		return storageError("dataset.BeginUpload", err)
	}
	if err := os.Rename(temp, filepath.Join(s.resumeDir(u.ID), "info")); err != nil {
		return err
	}
	s.log.Debug("step", "after", "dataset.keepUpload")
	return nil
}

// Upload tells how far an upload is. Error: upload_not_found.
func (s *Service) Upload(_ context.Context, workspace, id string) (*Resumable, error) {
	gone := fault.New(fault.NotFound, "upload_not_found", "There is no such upload.").WithHint("It may have waited too long; begin it again.").At("dataset.Upload")
	if uuid.Validate(id) != nil { // it becomes part of a path
		return nil, gone
	}
	b, err := os.ReadFile(filepath.Join(s.resumeDir(id), "info"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, gone
	}
	u := &Resumable{}
	if err == nil {
		err = json.Unmarshal(b, u)
	}
	if err != nil {
		return nil, err
	}
	if u.Workspace != workspace {
		return nil, gone
	}
	if u.Offset = u.Length; u.FileID == "" {
		info, err := os.Stat(filepath.Join(s.resumeDir(id), "data"))
		if err != nil {
			return nil, gone
		}
		u.Offset = info.Size()
	}
	return u, nil
}

// ContinueUpload writes the next piece. What arrived of a piece that broke off
// stays. Errors: offset_mismatch, upload_too_large, storage_full, and the
// reader's own.
func (s *Service) ContinueUpload(ctx context.Context, workspace, id string, offset int64, r io.Reader) (*Resumable, error) {
	const op = "dataset.ContinueUpload"
	defer s.names.lock("upload/" + id)()
	u, err := s.Upload(ctx, workspace, id)
	if err != nil {
		return nil, err
	}
	if offset != u.Offset {
		return nil, fault.New(fault.Conflict, "offset_mismatch", "The upload is at byte %d, not %d.", u.Offset, offset).
			WithHint("Ask for its offset (HEAD) and go on there.").At(op)
	}
	if err := s.claim(ctx, u.claim(s.clock())); err != nil { // it waits anew
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(s.resumeDir(id), "data"), os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, storageError(op, err)
	}
	defer f.Close()
	in := &reading{ctx: ctx, r: io.LimitReader(r, u.Length-u.Offset+1)}
	n, err := io.CopyBuffer(struct{ io.Writer }{f}, struct{ io.Reader }{in}, make([]byte, 256<<10))
	u.Offset += n
	switch {
	case u.Offset > u.Length:
		_ = f.Truncate(offset) // the piece as a whole is refused
		return nil, fault.New(fault.TooLarge, "upload_too_large", "More bytes came than the %d that were announced.", u.Length).At(op)
	case in.err != nil:
		return nil, in.err
	case err != nil:
		return nil, storageError(op, err)
	}
	return u, f.Close()
}

// CompleteUpload lets take store an upload of which all bytes are there, once;
// an upload that waits for more, or was taken before, is given as it is.
func (s *Service) CompleteUpload(ctx context.Context, workspace, id string, take func(u *Resumable, st *Staged) (*Later, error)) (*Resumable, error) {
	defer s.names.lock("upload/" + id)()
	u, err := s.Upload(ctx, workspace, id)
	if err != nil || u.Offset != u.Length || u.FileID != "" {
		return u, err
	}
	st, err := s.stageUpload(u)
	if err != nil {
		return nil, err
	}
	l, err := take(u, st)
	if err != nil {
		st.Discard()
		return nil, err
	}
	u.SessionID, u.FileID, u.JobID = l.File.SessionID, l.File.ID, l.JobID
	return u, s.keepUpload(u)
}

// stageUpload takes the bytes of an upload for Import.
func (s *Service) stageUpload(u *Resumable) (*Staged, error) {
	const op = "dataset.CompleteUpload"
	st, err := s.newStaged(u.Name)
	if err != nil {
		return nil, err
	}
	st.size, st.decisions = u.Length, u.Decisions
	st.claim = u.ID // the file takes its room
	data := filepath.Join(s.resumeDir(u.ID), "data")
	if st.SHA256, err = hashFile(data); err == nil {
		err = os.Rename(data, st.Path)
		s.log.Debug("step", "after", "dataset.stageUpload")
	}
	if err != nil {
		st.Discard()
		return nil, storageError(op, err)
	}
	return st, nil
}

func hashFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), err
}

// EndUpload forgets an upload.
func (s *Service) EndUpload(ctx context.Context, workspace, id string) error {
	u, err := s.Upload(ctx, workspace, id)
	if err != nil {
		return err
	}
	s.unclaim(u.ID)
	return os.RemoveAll(s.resumeDir(u.ID))
}

// ForgetUploads removes uploads that nobody went on with.
func (s *Service) ForgetUploads(context.Context) error {
	list, err := os.ReadDir(s.resumeDir(""))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range list {
		if newest(s.resumeDir(e.Name())).Before(s.clock().Add(-resumeKeep)) {
			s.unclaim(e.Name())
			err = errors.Join(err, os.RemoveAll(s.resumeDir(e.Name())))
		}
	}
	return err
}

// dropBroken removes uploads that the end of the program left without their
// bytes, or without a word on what they are: nobody can go on with them.
func (s *Service) dropBroken(ctx context.Context) error {
	list, err := os.ReadDir(s.resumeDir(""))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range list {
		if s.broken(e.Name()) {
			err = errors.Join(err, s.store.Unclaim(ctx, e.Name()), os.RemoveAll(s.resumeDir(e.Name())))
		}
	}
	return err
}

func (s *Service) broken(id string) bool {
	var u Resumable
	info, err := os.ReadFile(filepath.Join(s.resumeDir(id), "info"))
	if err != nil || json.Unmarshal(info, &u) != nil {
		return true
	}
	_, err = os.Stat(filepath.Join(s.resumeDir(id), "data"))
	return u.FileID == "" && errors.Is(err, fs.ErrNotExist)
}

// newest is when something in a folder changed last.
func newest(dir string) (at time.Time) {
	list, _ := os.ReadDir(dir) // one that cannot be read is old
	for _, e := range list {
		if info, err := e.Info(); err == nil && info.ModTime().After(at) {
			at = info.ModTime()
		}
	}
	return at
}
