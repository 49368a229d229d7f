package dataset

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"unicode"
	"unicode/utf8"

	"tabletalk/internal/fault"
	"tabletalk/internal/ingest"
)

// Staged is a file whose bytes have arrived and were not looked at yet.
type Staged struct {
	Path   string
	SHA256 string
	name   string
	size   int64
	dir    string
	claim  string       // of the room that it takes
	free   func()       // gives that back
	sync   func() error // waits until the disk has it; nil: not begun

	decisions ingest.Decisions
}

// Decide says how the file is to be read, where a person decided that before.
func (s *Staged) Decide(d ingest.Decisions) { s.decisions = d }

// Name is the name that a person gave, made safe to show.
func (s *Staged) Name() string { return s.name }

// Size is in bytes.
func (s *Staged) Size() int64 { return s.size }

// Discard removes the file. It may be called after Import and more than once.
func (s *Staged) Discard() {
	_ = os.RemoveAll(s.dir)
	s.free()
}

// Stage writes the bytes of one file to disk as they come. Errors:
// upload_too_large, storage_full, and the reader's own; nothing is left then.
func (s *Service) Stage(ctx context.Context, name string, r io.Reader) (*Staged, error) {
	return s.StageIn(ctx, Place{}, name, r)
}

// StageIn is Stage for a file of which it is known whose room it takes: the
// room is claimed before the bytes are written. More error: quota_reached.
func (s *Service) StageIn(ctx context.Context, place Place, name string, r io.Reader) (*Staged, error) {
	st, err := s.newStaged(name)
	if err != nil {
		return nil, err
	}
	c := &claiming{ctx: ctx, s: s, r: r, claim: Claim{ID: st.claim, Place: place}}
	if place != (Place{}) {
		r = c
	}
	err = s.receive(ctx, st, r)
	if err == nil && c.claim.Bytes > st.size {
		err = c.exactly()
	}
	if err != nil {
		st.Discard()
		return nil, err
	}
	return st, nil
}

// newStaged makes a folder for a file.
func (s *Service) newStaged(name string) (*Staged, error) {
	dir, err := os.MkdirTemp(s.dir, "up-")
	if err != nil {
		return nil, storageError("dataset.Stage", err)
	}
	st := &Staged{Path: filepath.Join(dir, "upload"), name: SafeName(name), dir: dir, claim: newID()}
	st.free = sync.OnceFunc(func() { s.unclaim(st.claim) })
	return st, nil
}

// receive writes what the reader gives. The disk goes on with it while the file
// is read: the sync that ends an import then waits for little.
func (s *Service) receive(ctx context.Context, st *Staged, r io.Reader) error {
	const op = "dataset.Stage"
	f, err := os.OpenFile(st.Path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o400) // as it is kept
	if err != nil {
		return storageError(op, err)
	}
	limit := s.limits.UploadBytes
	in := &reading{ctx: ctx, r: io.LimitReader(r, limit+1)}
	st.size, st.SHA256, err = copyHashed(f, in)
	switch {
	case in.err != nil:
		err = in.err
	case err != nil:
		err = storageError(op, err)
	case st.size > limit:
		err = tooLargeUpload(st.name, limit).At(op)
	}
	if err != nil || s.limits.DropUploads {
		_ = f.Close()
	} else {
		st.sync = s.syncAside(f)
	}
	if err == nil {
		s.log.DebugContext(ctx, "step", "after", op)
	}
	return err
}

// syncAside syncs and closes a file that is written, and gives what waits for
// that: the system tells an error of the disk only once.
func (s *Service) syncAside(f *os.File) (wait func() error) {
	var err error
	done := make(chan struct{})
	s.work.Go(func() {
		defer close(done)
		err = errors.Join(f.Sync(), f.Close())
	})
	return func() error { <-done; return err }
}

// blockBytes is how much is written and hashed at a time.
const blockBytes = 256 << 10

// copyHashed copies all that a reader gives and tells how much it was, and its
// hash, which is computed while the block is written. A reader that ends too
// early must say so by itself.
func copyHashed(w io.Writer, r io.Reader) (n int64, sum string, err error) {
	h := sha256.New()
	block := make([]byte, blockBytes)
	for {
		k, end := io.ReadFull(r, block)
		var hashing sync.WaitGroup
		hashing.Go(func() { h.Write(block[:k]) })
		_, err = w.Write(block[:k])
		hashing.Wait()
		n += int64(k)
		switch {
		case err != nil:
			return n, "", err
		case errors.Is(end, io.EOF), errors.Is(end, io.ErrUnexpectedEOF):
			return n, hex.EncodeToString(h.Sum(nil)), nil
		case end != nil:
			return n, "", end
		}
	}
}

func tooLargeUpload(name string, limit int64) *fault.Error {
	return fault.New(fault.TooLarge, "upload_too_large", "%q is larger than the limit of %d bytes (max-upload-bytes).", name, limit).
		WithHint("Split the file, compress it, or ask the operator to raise max-upload-bytes.")
}

// reading tells errors of the reader from those of the disk.
type reading struct {
	ctx context.Context
	r   io.Reader
	err error
}

func (r *reading) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		r.err = err
		return 0, err
	}
	n, err := r.r.Read(p)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err
}

// Clean removes the files that interrupted uploads and imports left. Call it at
// start, before any upload.
func (s *Service) Clean(ctx context.Context) error {
	const op = "dataset.Clean"
	if s.limited() {
		if err := s.store.UnclaimAll(ctx, s.node); err != nil {
			return err
		}
	}
	list, err := os.ReadDir(s.dir)
	if err != nil {
		return storageError(op, err)
	}
	for _, e := range list {
		if err := os.RemoveAll(filepath.Join(s.dir, e.Name())); err != nil {
			return storageError(op, err)
		}
	}
	return s.dropBroken(ctx)
}

// storageError names a full disk; anything else stays internal.
func storageError(op string, err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fault.New(fault.StorageFull, "storage_full", "There is no room left to store this.").
			WithHint("Delete files that are no longer needed, or ask the operator for more space.").Because(err).At(op)
	}
	return fmt.Errorf("%s: %w", op, err)
}

// maxFileName is how long the name of a file may be, in bytes.
const maxFileName = 255

// SafeName makes the name of an upload safe to keep and to show: without
// folders, control characters and marks that turn the direction of text. It is
// only ever shown; no path is made of it.
func SafeName(name string) string {
	name = strings.ToValidUTF8(name, "\uFFFD")
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) || r == '\uFEFF' || r == '\u200B' {
			return -1
		}
		return r
	}, name)
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.TrimSpace(name)
	if name == "" || name == "." || name == ".." {
		return "file"
	}
	return shorten(name, maxFileName)
}

// shorten cuts the middle part of a name that is too long, keeping its ending.
func shorten(name string, limit int) string {
	if len(name) <= limit {
		return name
	}
	ext := filepath.Ext(name)
	if len(ext) > 16 {
		ext = ""
	}
	cut := limit - len(ext)
	for cut > 0 && !utf8.RuneStart(name[cut]) {
		cut--
	}
	return name[:cut] + ext
}
