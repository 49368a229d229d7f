package ingest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"golang.org/x/text/transform"

	"tabletalk/internal/ingest/twice"
)

// mends reports whether what was encoded twice is mended in a text of an
// encoding. Where a person named one of the older encodings, its letters are
// what the person wants to see.
func (j *job) mends(encoding string) bool {
	if j.spec.Twice != "" {
		return j.spec.Twice == TwiceMended
	}
	return j.spec.Encoding == "" || strings.HasPrefix(encoding, "utf-")
}

// mendPlain takes a text that is UTF-8 by its head as it is, but where parts
// of it were encoded twice: then it goes on with a copy in which they are
// mended. Bytes that are no UTF-8 stay for those who look at all of them.
func (j *job) mendPlain(ctx context.Context) error {
	j.out.Receipt.Encoding = "utf-8"
	if !j.mends("utf-8") {
		return nil
	}
	in, err := os.Open(j.path)
	if err != nil {
		return err
	}
	defer in.Close()
	found, err := twiceEncoded(&contextReader{ctx, in})
	if err != nil || !found {
		return err
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return err
	}
	j.stage("decode", 0, j.size)
	mender, to := &twice.Mender{}, j.temp("text-mended")
	if err := writeFile(to, transform.NewReader(&contextReader{ctx, in}, mender)); err != nil {
		return err
	}
	j.path = to
	j.tellMended(mender)
	return j.readHead()
}

// twiceEncoded reports whether any part of a text was encoded twice.
func twiceEncoded(r io.Reader) (bool, error) {
	mender := &twice.Mender{}
	mended := transform.NewReader(bufio.NewReaderSize(r, 1<<18), mender)
	buf := make([]byte, 4<<10)
	for mender.Mended == 0 {
		if _, err := mended.Read(buf); err == io.EOF {
			break
		} else if err != nil {
			return false, err
		}
	}
	return mender.Mended > 0, nil
}

func (j *job) tellMended(m *twice.Mender) {
	if m.Mended == 0 {
		return
	}
	j.out.Receipt.Mended += m.Mended
	j.note("encoded_twice", "%s been encoded twice and mended (the first is now %s).", countOf(m.Mended, "piece of text had", "pieces of text had"), inWords(m.First))
}

// inWords quotes what can be seen of a piece of text, or says what it is.
func inWords(piece string) string {
	first, _, _ := strings.Cut(piece, "\n")
	switch seen := clip(cleanText(first), 20); {
	case strings.ContainsFunc(seen, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) }):
		return fmt.Sprintf("%q", seen)
	case strings.HasPrefix(first, "\ufeff"):
		return "the mark of a file's beginning"
	case strings.TrimSpace(first) == "":
		return "a space"
	}
	return "a mark that is not seen"
}
