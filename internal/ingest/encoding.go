package ingest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"

	"tabletalk/internal/fault"
	"tabletalk/internal/ingest/twice"
)

// boms are the marks that name an encoding; longer ones first.
var boms = []struct{ mark, name string }{
	{"\xff\xfe\x00\x00", "utf-32le"}, {"\x00\x00\xfe\xff", "utf-32be"},
	{"\xef\xbb\xbf", "utf-8"}, {"\xff\xfe", "utf-16le"}, {"\xfe\xff", "utf-16be"},
}

func bomOf(head []byte) string {
	for _, b := range boms {
		if bytes.HasPrefix(head, []byte(b.mark)) {
			return b.name
		}
	}
	return ""
}

// looksUTF16 recognises UTF-16 without a mark by where the zero bytes are.
func looksUTF16(head []byte) string {
	if len(head) < 4 {
		return ""
	}
	head = head[:min(len(head), 4096)&^1]
	var zeros [2]int
	for i, c := range head {
		if c == 0 {
			zeros[i&1]++
		}
	}
	half := len(head) / 2
	switch {
	case zeros[1]*10 >= half*4 && zeros[0]*20 <= half:
		return "utf-16le"
	case zeros[0]*10 >= half*4 && zeros[1]*20 <= half:
		return "utf-16be"
	}
	return ""
}

// errNotUTF8 says that the text is not in the encoding that its head showed.
var errNotUTF8 = errors.New("not utf-8")

// settleEncoding finds the encoding from the head and writes a UTF-8 copy
// where the file is in another.
func (j *job) settleEncoding(ctx context.Context) error {
	name := strings.ToLower(j.spec.Encoding)
	if name == "" {
		name = bomOf(j.head)
	}
	if name == "" {
		name = looksUTF16(j.head)
	}
	valid := utf8.Valid(trimTail(j.head))
	switch {
	case name == "" && valid && bytes.IndexByte(j.head, 0) < 0 && bytes.IndexByte(j.head, 0x1b) < 0, (name == "utf-8" || name == "utf8") && valid:
		return j.mendPlain(ctx)
	case name == "":
		return j.redecode(ctx, j.head)
	}
	return j.transcode(ctx, name)
}

// trimTail drops the cut-off character that a head may end with.
func trimTail(b []byte) []byte {
	for i := 1; i <= 3 && i <= len(b); i++ {
		c := b[len(b)-i]
		if c < 0x80 {
			return b
		}
		if c >= 0xC0 {
			if utf8.FullRune(b[len(b)-i:]) {
				return b
			}
			return b[:len(b)-i]
		}
	}
	return b
}

// redecode writes a UTF-8 copy after the sample was seen not to be UTF-8.
func (j *job) redecode(ctx context.Context, sample []byte) error {
	valid, invalid := countRunes(sample)
	switch {
	case j.spec.Encoding != "":
		return j.transcode(ctx, strings.ToLower(j.spec.Encoding))
	case invalid == 0 && bytes.IndexByte(sample, 0x1b) < 0, valid > 3*invalid && valid >= 5:
		return j.transcode(ctx, "utf-8")
	}
	name, sure := detectEncoding(sample)
	if !sure {
		j.note("encoding_unsure", "The encoding is not certain; the file was read as %s. Choose another if letters look wrong.", name)
	}
	return j.transcode(ctx, name)
}

// countRunes counts the characters beyond ASCII and the bytes that are part of none.
func countRunes(b []byte) (valid, invalid int) {
	b = trimTail(b)
	for len(b) > 0 {
		if b[0] < utf8.RuneSelf {
			b = b[1:]
			continue
		}
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			invalid++
		} else {
			valid++
		}
		b = b[n:]
	}
	return valid, invalid
}

// detectEncoding guesses an 8-bit or multi-byte encoding, and whether it is
// sure. It looks at the lines that show something: those beyond ASCII.
func detectEncoding(sample []byte) (name string, sure bool) {
	r := chardet.Detect(tellingLines(sample))
	name = strings.ToLower(r.Encoding)
	if better, ok := encodingNames[name]; ok {
		name = better
	}
	if name == "windows-1254" && !bytes.ContainsAny(sample, "\xd0\xdd\xde\xf0\xfd\xfe") {
		name = "windows-1252" // nothing in it is Turkish alone
	}
	if name == "" || name == "windows-1252" || name == "windows-1254" {
		if east := centralEuropean(sample); east != "" {
			return east, false
		}
	}
	if r.Confidence < 0.5 || name == "" {
		return "windows-1252", false
	}
	if _, err := htmlindex.Get(name); err != nil {
		return "windows-1252", false
	}
	return name, r.Confidence >= 0.7
}

// encodingNames maps what the detector says to what it most likely is: the
// Windows pages are supersets of the ISO ones and far more common in files.
var encodingNames = map[string]string{
	"iso-8859-1": "windows-1252", "ascii": "windows-1252", "iso-8859-9": "windows-1254", "gb2312": "gb18030", "cp932": "shift_jis",
	"cp949": "euc-kr", "ks_c_5601-1987": "euc-kr", "maccyrillic": "x-mac-cyrillic", "macroman": "macintosh", "tis-620": "windows-874",
	"johab": "euc-kr", "utf-8-sig": "utf-8",
}

// tellingLines keeps the lines with bytes beyond ASCII, up to 64 KiB of them.
func tellingLines(sample []byte) []byte {
	var out []byte
	for line := range bytes.Lines(sample) {
		if len(out) > 64<<10 {
			break
		}
		if bytes.IndexFunc(line, func(r rune) bool { return r >= utf8.RuneSelf || r == 0x1b || r == '~' }) >= 0 {
			out = append(out, line...)
		}
	}
	return out
}

// decoderOf gives the decoder of a WHATWG name (and UTF-32, which has none).
func decoderOf(name string) (*encoding.Decoder, string, error) {
	switch name {
	case "utf-32le":
		return utf32.UTF32(utf32.LittleEndian, utf32.UseBOM).NewDecoder(), name, nil
	case "utf-32be":
		return utf32.UTF32(utf32.BigEndian, utf32.UseBOM).NewDecoder(), name, nil
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil, "", fault.New(fault.Invalid, "encoding_unknown", "No encoding is called %q.", clip(cleanName(name), 40)).
			WithHint("Use a name such as utf-8, windows-1252 or shift_jis.")
	}
	canonical, err := htmlindex.Name(e)
	return e.NewDecoder(), canonical, err
}

// transcode writes the text as UTF-8 below the directory, without NUL bytes
// and without a mark, and goes on with the copy.
func (j *job) transcode(ctx context.Context, name string) error {
	dec, canonical, err := decoderOf(name)
	if err != nil {
		return err
	}
	in, err := os.Open(j.path)
	if err != nil {
		return err
	}
	defer in.Close()
	to := j.temp("text-utf8")
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	j.stage("decode", 0, j.size)
	mender := &twice.Mender{}
	c := &cleaner{r: transform.NewReader(&contextReader{ctx, in}, dec)}
	if j.mends(canonical) {
		c.r = transform.NewReader(c.r, mender)
	}
	w := bufio.NewWriterSize(out, 1<<18)
	if err := c.copy(w); err != nil {
		return fmt.Errorf("transcode from %s: %w", canonical, err)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	j.path = to
	j.out.Receipt.Encoding = canonical
	j.tellMended(mender)
	if c.nul > 0 {
		j.note("nul_bytes", "%s dropped.", countOf(c.nul, "NUL character was", "NUL characters were"))
	}
	if c.broken > 0 {
		j.note("broken_characters", "%s broken in %s and shown as \uFFFD.", countOf(c.broken, "character is", "characters are"), canonical)
	}
	return j.readHead()
}

// cleaner copies UTF-8 text without NULs and the mark, and counts what broke.
type cleaner struct {
	r           io.Reader
	nul, broken int64
	started     bool
}

func (c *cleaner) copy(w io.Writer) error {
	buf := make([]byte, 1<<18)
	for {
		n, err := c.r.Read(buf)
		b := buf[:n]
		if !c.started && n > 0 {
			b, c.started = trimBOM(b), true
		}
		c.broken += int64(bytes.Count(b, []byte("\uFFFD")))
		if nul := bytes.Count(b, []byte{0}); nul > 0 {
			c.nul += int64(nul)
			b = bytes.ReplaceAll(b, []byte{0}, nil)
		}
		if _, werr := w.Write(b); werr != nil {
			return werr
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// checkedReader reads UTF-8 text and fails with errNotUTF8 where it is none or
// holds NULs; seen is then the block that shows it.
type checkedReader struct {
	r    io.Reader
	tail []byte // an unfinished character of the block before
	seen []byte
	skip bool // cut the mark at the start
}

func (c *checkedReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	b := p[:n]
	if c.skip && n > 0 {
		c.skip = false
		if cut := trimBOM(b); len(cut) != n {
			n = copy(p, cut)
			b = p[:n]
			if n == 0 && err == nil {
				return c.Read(p)
			}
		}
	}
	if !c.good(b, errors.Is(err, io.EOF)) {
		c.seen = append([]byte{}, b...)
		return 0, errNotUTF8
	}
	return n, err
}

func (c *checkedReader) good(b []byte, last bool) bool {
	if len(b) == 0 {
		return !last || len(c.tail) == 0
	}
	for len(c.tail) > 0 && len(b) > 0 && !utf8.FullRune(c.tail) {
		c.tail = append(c.tail, b[0])
		b = b[1:]
	}
	if len(c.tail) > 0 {
		if !utf8.FullRune(c.tail) {
			return !last
		}
		if r, n := utf8.DecodeRune(c.tail); r == utf8.RuneError && n == 1 {
			return false
		}
		c.tail = c.tail[:0]
	}
	whole := trimTail(b)
	c.tail = append(c.tail[:0], b[len(whole):]...)
	return utf8.Valid(whole) && bytes.IndexByte(whole, 0) < 0 && !(last && len(c.tail) > 0)
}
