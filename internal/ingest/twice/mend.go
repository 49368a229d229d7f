package twice

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/transform"
)

// first is the byte that every piece begins with in UTF-8: its first character
// is one of Â to ô.
const first = 0xc3

// longest is how many pieces are looked at together. A longer run is several.
const longest = 64

// layers is how many times a text may have been encoded too often.
const layers = 3

// Mender is a transform.Transformer that mends text, in bounded memory. It
// needs 1 KiB of the source at a time, as transform.Reader has.
type Mender struct {
	Mended int64  // pieces of text that were mended
	First  string // the first of them, as it is now
	before []byte // the last bytes in front of what is to be read
	depth  int    // how often this text was mended already
	run    []piece
	out    []byte
}

// Reset forgets what was read.
func (m *Mender) Reset() { *m = Mender{} }

// Transform mends src into dst.
func (m *Mender) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		b := src[nSrc:]
		if plain := bytes.IndexByte(b, first); plain != 0 {
			if plain < 0 {
				plain = len(b)
			}
			n := copy(dst[nDst:], b[:plain])
			m.pass(b[:n])
			nDst, nSrc = nDst+n, nSrc+n
			if n < plain {
				return nDst, nSrc, transform.ErrShortDst
			}
			continue
		}
		out, n := m.next(b, atEOF)
		if n == 0 {
			return nDst, nSrc, transform.ErrShortSrc
		}
		if len(out) > len(dst)-nDst {
			return nDst, nSrc, transform.ErrShortDst
		}
		m.settle(out, b[:n])
		nDst, nSrc = nDst+copy(dst[nDst:], out), nSrc+n
	}
	return nDst, nSrc, nil
}

// settle counts what is written in the place of the source.
func (m *Mender) settle(out, src []byte) {
	if !bytes.Equal(out, src) {
		if m.Mended++; m.First == "" {
			m.First = string(out)
		}
	}
	m.pass(out)
}

// pass remembers the end of what was written.
func (m *Mender) pass(b []byte) {
	b = b[max(0, len(b)-utf8.UTFMax):]
	m.before = append(slices.Delete(m.before, 0, max(0, len(m.before)+len(b)-utf8.UTFMax)), b...)
}

// next reads a run of pieces, or one byte where there is none, and gives what
// it should be; n is 0 where b ends too early to tell.
func (m *Mender) next(b []byte, last bool) (out []byte, n int) {
	m.run = m.run[:0]
	for len(m.run) < longest {
		p, ok, short := pieceAt(b[n:], last)
		if short {
			return nil, 0
		}
		if !ok {
			break
		}
		m.run = append(m.run, p)
		n += p.size
	}
	if n == 0 {
		return b[:1], 1
	}
	next, after, behind, short := twoBehind(b[n:], last)
	if short {
		return nil, 0
	}
	before, _ := utf8.DecodeLastRune(m.before)
	if !sure(m.run, around{before: before, next: next, after: after}) {
		return b[:n], n
	}
	m.out = m.out[:0]
	for _, p := range m.run {
		m.out = utf8.AppendRune(m.out, p.r)
	}
	if m.out = m.deeper(m.out, behind); bytes.ContainsFunc(m.out, control) {
		return b[:n], n
	}
	return m.out, n
}

// twoBehind gives the two characters that b begins with, and their bytes.
func twoBehind(b []byte, last bool) (next, after rune, both []byte, short bool) {
	if !utf8.FullRune(b) && !last {
		return 0, 0, nil, true
	}
	next, n := utf8.DecodeRune(b)
	if !utf8.FullRune(b[n:]) && !last {
		return 0, 0, nil, true
	}
	after, more := utf8.DecodeRune(b[n:])
	return next, after, b[:n+more], false
}

// sure reports whether a run can be nothing but text that was encoded twice:
// one of its pieces says so for all, or they do together.
func sure(run []piece, a around) bool {
	at := func(i int, beyond rune) rune {
		if i < len(run) {
			return run[i].r
		}
		return beyond
	}
	before, wrote := a.before, a.before
	for i, p := range run {
		here := around{before, wrote, at(i+1, a.next), at(i+2, a.next)}
		if i == len(run)-1 {
			here.after = a.after
		}
		if p.sure(here) {
			return true
		}
		before, wrote = p.r, p.rest[p.n-1]
	}
	return together(run)
}

// deeper mends what was encoded more than twice: a text that was mended is
// looked at once more, with what stands around it.
func (m *Mender) deeper(text, behind []byte) []byte {
	if m.depth+1 == layers || bytes.IndexByte(text, first) < 0 {
		return text
	}
	inner := Mender{before: bytes.Clone(m.before), depth: m.depth + 1}
	out := inner.all(slices.Concat(text, behind))
	if inner.Mended == 0 || !bytes.HasSuffix(out, behind) {
		return text
	}
	return out[:len(out)-len(behind)]
}

// all mends a whole text.
func (m *Mender) all(b []byte) []byte {
	var out []byte
	for len(b) > 0 {
		piece, n := b[:1], 1
		if b[0] == first {
			piece, n = m.next(b, true)
		}
		m.settle(piece, b[:n])
		out = append(out, piece...)
		b = b[n:]
	}
	return out
}

// Mend mends a text and tells how many pieces of it were.
func Mend(text string) (string, int64) {
	var m Mender
	return string(m.all([]byte(text))), m.Mended
}
