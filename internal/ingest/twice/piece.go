package twice

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// piece is a row of characters whose bytes, taken one by one, are one
// character of UTF-8.
type piece struct {
	lead byte
	rest [3]rune // what follows the lead
	n    int     // how many of them
	r    rune    // what the bytes say
	size int     // in the text as it stands
}

// byteOf gives the byte that a character stood for where a text was taken for
// Latin-1 or Windows-1252.
func byteOf(r rune) (byte, bool) {
	if r >= 0x80 && r <= 0xff {
		return byte(r), true
	}
	if r < 0x100 || r > '™' {
		return 0, false
	}
	return charmap.Windows1252.EncodeRune(r)
}

// follows is how many bytes follow the first of a character of UTF-8; 0: it is
// no first byte.
func follows(lead byte) int {
	switch {
	case lead >= 0xc2 && lead <= 0xdf:
		return 1
	case lead >= 0xe0 && lead <= 0xef:
		return 2
	case lead >= 0xf0 && lead <= 0xf4:
		return 3
	}
	return 0
}

// pieceAt reads the piece that b begins with. short: b ends too early to tell.
func pieceAt(b []byte, last bool) (p piece, ok, short bool) {
	if !utf8.FullRune(b) {
		return p, false, !last
	}
	first, size := utf8.DecodeRune(b)
	if first < 0xc2 || first > 0xf4 {
		return p, false, false
	}
	p.lead, p.n, p.size = byte(first), follows(byte(first)), size
	said := [4]byte{p.lead}
	for i := range p.n {
		if rest := b[p.size:]; !utf8.FullRune(rest) {
			return p, false, !last
		}
		r, size := utf8.DecodeRune(b[p.size:])
		c, known := byteOf(r)
		if !known || c < 0x80 || c > 0xbf {
			return p, false, false
		}
		p.rest[i], said[i+1] = r, c
		p.size += size
	}
	r, n := utf8.DecodeRune(said[:p.n+1])
	p.r = r
	return p, n == p.n+1 && (written(r) || control(r)), false
}

// written reports whether a text may hold a character: it is assigned, and no
// control.
func written(r rune) bool {
	return unicode.IsGraphic(r) && r != utf8.RuneError || unicode.Is(unicode.Cf, r)
}

// control reports whether r is one of the controls that no text holds: where
// it stands, a byte of something else was taken for it.
func control(r rune) bool { return r >= 0x80 && r <= 0x9f }
