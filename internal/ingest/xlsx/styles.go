package xlsx

import (
	"strconv"
	"strings"

	"tabletalk/internal/ingest/markup"
	"tabletalk/internal/ingest/sheet"
)

func itoa(n int) string { return strconv.Itoa(n) }

// maxStyles is how many cell styles are read; programs stop at 65,490.
const maxStyles = 1 << 17

// styles reads the number formats of cells.
func (b *book) styles(part string) error {
	custom := map[int]sheet.Format{}
	inCells := false
	return b.scan(part, func(s *markup.Scanner, k markup.Kind) error {
		switch name := string(s.Name); {
		case k == markup.Start && name == "numFmt":
			id, err := strconv.Atoi(s.Attr("numFmtId"))
			if err == nil && len(custom) < maxStyles {
				custom[id] = sheet.ParseFormat(s.Attr("formatCode"))
			}
		case name == "cellXfs" && k != markup.Text:
			inCells = k == markup.Start && !s.Empty
		case k == markup.Start && name == "xf" && inCells && len(b.formats) < maxStyles:
			id, _ := strconv.Atoi(s.Attr("numFmtId"))
			f, ok := custom[id]
			if !ok {
				f = sheet.Builtin(id)
			}
			b.formats = append(b.formats, f)
		}
		return nil
	})
}

// strings reads the texts that cells share, and keeps them. Readings in another script
// (phonetic runs) are left out.
func (b *book) strings(part string) error {
	var arena []byte
	start, inText, phonetic, total := -1, false, 0, int64(0)
	limits := b.a.limits.Book
	return b.scan(part, func(s *markup.Scanner, k markup.Kind) error {
		if k == markup.Text {
			if inText && phonetic == 0 && start >= 0 {
				arena = s.Plain(arena)
			}
			return nil
		}
		open := k == markup.Start && !s.Empty
		switch string(s.Name) {
		case "si":
			if k == markup.Start {
				if cap(arena)-len(arena) < 1<<10 {
					arena = make([]byte, 0, 64<<10)
				}
				start = len(arena)
			}
			if !open && start >= 0 {
				total += int64(len(arena) - start)
				if len(b.shared) == limits.SharedTexts || total > limits.SharedBytes {
					return &sheet.Problem{Code: sheet.CodeTooLarge, Reason: "holds too many texts (max-shared-texts, max-shared-bytes)"}
				}
				b.shared = append(b.shared, unescape(arena[start:len(arena):len(arena)]))
				start, phonetic = -1, 0
			}
		case "t":
			inText = open
		case "rPh":
			if open {
				phonetic++
			} else if k == markup.End {
				phonetic--
			}
		}
		return nil
	})
}

// lineFeed reports whether a text goes on with a line feed.
func lineFeed(b []byte) bool {
	return len(b) > 0 && b[0] == '\n' || len(b) > 6 && strings.EqualFold(string(b[:7]), "_x000a_")
}

// unescape replaces _x000D_ and its like, by which the format writes
// characters that XML does not allow. Control characters are dropped, all but
// tabs and line ends. The text is changed in place.
func unescape(b []byte) []byte {
	out := b[:0]
	for i := 0; i < len(b); i++ {
		if b[i] != '_' || i+7 > len(b) || b[i+1] != 'x' || b[i+6] != '_' {
			out = append(out, b[i])
			continue
		}
		n, err := strconv.ParseUint(string(b[i+2:i+6]), 16, 16)
		switch {
		case err != nil || n >= 0xd800 && n < 0xe000:
			out = append(out, b[i])
			continue
		case n == '\t' || n == '\n':
			out = append(out, byte(n))
		case n == '\r' && !lineFeed(b[i+7:]):
			out = append(out, '\n')
		case n >= 0x20:
			out = append(out, string(rune(n))...)
		}
		i += 6
	}
	return out
}
