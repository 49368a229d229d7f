package xls

import (
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// codePages are the encodings of texts before Unicode.
var codePages = map[int]encoding.Encoding{
	437: charmap.CodePage437, 850: charmap.CodePage850, 852: charmap.CodePage852, 855: charmap.CodePage855, 866: charmap.CodePage866,
	874: charmap.Windows874, 932: japanese.ShiftJIS, 936: simplifiedchinese.GBK, 949: korean.EUCKR, 950: traditionalchinese.Big5,
	1250: charmap.Windows1250, 1251: charmap.Windows1251, 1252: charmap.Windows1252, 1253: charmap.Windows1253, 1254: charmap.Windows1254,
	1255: charmap.Windows1255, 1256: charmap.Windows1256, 1257: charmap.Windows1257, 1258: charmap.Windows1258, 10000: charmap.Macintosh,
	32768: charmap.Macintosh, 32769: charmap.Windows1252, 10007: charmap.MacintoshCyrillic,
}

// narrow decodes a text of single bytes.
func (b *book) narrow(raw []byte) []byte {
	page := codePages[b.page]
	if page == nil {
		page = charmap.Windows1252
	}
	out, err := page.NewDecoder().Bytes(raw)
	if err != nil {
		return raw
	}
	return clean(out)
}

// clean drops zero bytes, which some writers end texts with.
func clean(b []byte) []byte {
	out := b[:0]
	for _, c := range b {
		if c != 0 {
			out = append(out, c)
		}
	}
	return out
}

// chars reads n characters. Where they go on in another record, that begins
// anew with a byte that says how wide they are.
func (p *parts) chars(n int, wide bool) []byte {
	out := make([]byte, 0, min(n, 1<<12))
	var high rune
	for n > 0 && p.err == nil {
		if len(p.rest[0]) == 0 {
			p.rest = p.rest[1:]
			if !p.ready() {
				break
			}
			wide = p.u8()&1 != 0
			continue
		}
		var c rune
		if wide {
			if len(p.rest[0]) < 2 {
				p.rest[0] = nil
				continue
			}
			c = rune(p.rest[0][0]) | rune(p.rest[0][1])<<8
			p.rest[0] = p.rest[0][2:]
		} else {
			c = rune(p.rest[0][0])
			p.rest[0] = p.rest[0][1:]
		}
		n--
		out, high = appendUnit(out, c, high)
	}
	return out
}

// appendUnit appends one unit of UTF-16; high is the first half of a pair.
func appendUnit(out []byte, c, high rune) ([]byte, rune) {
	switch {
	case c == 0:
		return out, 0
	case c >= 0xd800 && c < 0xdc00:
		return out, c
	case c >= 0xdc00 && c < 0xe000:
		return utf8.AppendRune(out, utf16.DecodeRune(high, c)), 0
	}
	return utf8.AppendRune(out, c), 0
}

// unicode reads a text of BIFF8 with its flags; n is its length.
func (p *parts) unicode(n int) []byte {
	flags := p.u8()
	runs, ext := 0, 0
	if flags&8 != 0 {
		runs = p.u16()
	}
	if flags&4 != 0 {
		ext = p.u32()
	}
	if !p.readyFor(n) {
		return nil
	}
	text := p.chars(n, flags&1 != 0)
	p.skip(4 * runs)
	p.skip(ext)
	return text
}

// readyFor reports whether the record can go on; a text without characters
// may end it.
func (p *parts) readyFor(n int) bool {
	if p.err != nil {
		return false
	}
	if len(p.rest) == 0 {
		if n > 0 {
			p.err = errParts
		}
		return false
	}
	return true
}
