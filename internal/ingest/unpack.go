package ingest

import (
	"bufio"
	"compress/bzip2"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"

	"tabletalk/internal/fault"
)

// packers are the compressions that are opened before anything is read.
var packers = []struct {
	name, magic string
	open        func(io.Reader) (io.Reader, error)
}{
	{"gzip", "\x1f\x8b", func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
	{"zstd", "\x28\xb5\x2f\xfd", openZstd},
	{"bzip2", "BZh", func(r io.Reader) (io.Reader, error) { return bzip2.NewReader(r), nil }},
}

// zstdMemory bounds the window that a zstd file may ask for.
const zstdMemory = 128 << 20

func openZstd(r io.Reader) (io.Reader, error) {
	d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(zstdMemory))
	if err != nil {
		return nil, err
	}
	return d.IOReadCloser(), nil
}

// bombRatio is how much larger than its packed form a file above bombMinimum
// may be (archive-ratio) where no setting says it.
const (
	bombRatio   = 200
	bombMinimum = 64 << 20
)

// unpack writes the content of a compressed file beside it; twice-packed files
// are opened twice at most.
func (j *job) unpack(ctx context.Context) error {
	for depth := range 2 {
		f, err := os.Open(j.path)
		if err != nil {
			return fmt.Errorf("open staged file: %w", err)
		}
		r := bufio.NewReaderSize(f, 1<<16)
		head, _ := r.Peek(4)
		for _, p := range packers {
			if len(head) >= len(p.magic) && string(head[:len(p.magic)]) == p.magic {
				err = j.unpackFrom(ctx, r, p.name, p.open, j.temp(fmt.Sprintf("unpacked-%d", depth)))
				f.Close()
				if err != nil {
					return err
				}
				j.note("unpacked", "The file is packed with %s.", p.name)
				f = nil
				break
			}
		}
		if f != nil {
			return f.Close()
		}
	}
	return nil
}

func (j *job) unpackFrom(ctx context.Context, r io.Reader, name string, open func(io.Reader) (io.Reader, error), to string) error {
	in, err := open(r)
	if err != nil {
		return j.damaged(name, err)
	}
	info, err := os.Stat(j.path)
	if err != nil {
		return err
	}
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	limit := min(j.spec.Limits.UnpackedBytes, max(bombMinimum, info.Size()*j.spec.Limits.Ratio))
	n, err := io.Copy(out, &contextReader{ctx, io.LimitReader(in, limit+1)})
	switch {
	case n > limit && limit == j.spec.Limits.UnpackedBytes:
		return fault.New(fault.TooLarge, "archive_bomb", "%s unpacks to more than the limit of %d bytes (max-unpacked-bytes).", shown(j.spec.Name), limit)
	case n > limit:
		return fault.New(fault.Invalid, "archive_bomb", "%s unpacks to more than %d times its size, which no table does (archive-ratio).", shown(j.spec.Name), j.spec.Limits.Ratio)
	case errors.Is(err, errWrite):
		return err
	case err != nil:
		return j.damaged(name, err)
	}
	j.path = to
	return out.Close()
}

var errWrite = errors.New("write failed")

func (j *job) damaged(name string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fault.New(fault.Invalid, "archive_damaged", "%s cannot be unpacked: its %s data is damaged or cut short.", shown(j.spec.Name), name).Because(err)
}

// contextReader ends reading when the context ends.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c *contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
