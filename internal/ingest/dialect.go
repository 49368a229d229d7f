package ingest

import (
	"bytes"
	"strings"
)

// sniffBytes is how much of a file settles its dialect.
const sniffBytes = 64 << 10

// delimiters that are tried, in order of preference when all else is equal.
var delimiters = []string{",", ";", "\t", "|", ":", "^", "~", "\x1f", "\x01", "\x1e", "¦", " "}

// guess is a dialect with how well it explains the sample.
type guess struct {
	d      dialect
	score  float64
	fields int // the usual number of fields
}

// sniffDialect finds the dialect that cuts the sample into the most regular
// table of cells that look like values. fixed holds what a person decided.
func sniffDialect(sample []byte, fixed dialect, quoteFixed bool) guess {
	sample = wholeLines(sample)
	cr := loneCR(sample)
	best := guess{d: dialect{delim: ",", quote: '"', escape: '"', cr: cr}, score: -1, fields: 1}
	quotes := quoteCandidates(sample)
	if quoteFixed {
		quotes = []byte{fixed.quote}
	}
	for _, delim := range delimiterCandidates(sample, fixed.delim, cr) {
		for _, q := range quotes {
			for _, esc := range escapeCandidates(sample, q) {
				d := dialect{delim: delim, quote: q, escape: esc, cr: cr}
				if g := rate(sample, d); g.score > best.score+1e-9 {
					best = g
				}
			}
		}
	}
	return best
}

// wholeLines cuts the last, perhaps incomplete line of a sample.
func wholeLines(sample []byte) []byte {
	if len(sample) < sniffBytes {
		return sample
	}
	if i := bytes.LastIndexAny(sample, "\r\n"); i > 0 {
		return sample[:i+1]
	}
	return sample
}

func loneCR(sample []byte) bool {
	return bytes.IndexByte(sample, '\n') < 0 && bytes.IndexByte(bytes.TrimRight(sample, "\r"), '\r') >= 0
}

// delimiterCandidates leaves out what hardly occurs.
func delimiterCandidates(sample []byte, fixed string, cr bool) []string {
	if fixed != "" {
		return []string{fixed}
	}
	lines := bytes.Count(sample, []byte{'\n'})
	if cr {
		lines = bytes.Count(sample, []byte{'\r'})
	}
	var out []string
	for _, d := range delimiters {
		n := bytes.Count(sample, []byte(d))
		if n == 0 || n*3 < lines {
			continue
		}
		if d != "," && d != "\t" && d != " " && bytes.Count(sample, []byte(d+d))*2 == n {
			out = append(out, d+d) // it never stands alone
			continue
		}
		out = append(out, d)
	}
	return append(out, "")
}

func quoteCandidates(sample []byte) []byte {
	q := []byte{'"'}
	if n := bytes.Count(sample, []byte{'\''}); n >= 2 && bytes.Count(sample, []byte{'"'}) < n {
		q = append(q, '\'')
	}
	return q
}

// escapeCandidates allows a backslash only where one stands before a quote.
func escapeCandidates(sample []byte, q byte) []byte {
	if q != 0 && bytes.Contains(sample, []byte{'\\', q}) {
		return []byte{q, '\\'}
	}
	return []byte{q}
}

// rateRecords is how many records a dialect is judged by.
const rateRecords = 200

// rate judges a dialect: regular rows, many of them with several cells, whose
// cells look like values.
func rate(sample []byte, d dialect) guess {
	lx := lexBytes(sample, d)
	widths := map[int]int{}
	records, bad, single := 0, 0, 0
	cells, clean, quoted := 0, 0, 0
	for records < rateRecords {
		rec, err := lx.next()
		if err != nil {
			break
		}
		if rec.blank() {
			continue
		}
		records++
		if rec.bad != "" || rec.odd {
			bad++
		}
		widths[len(rec.fields)]++
		if d.delim == "" && isMoment(trimBlanks(rec.raw)) {
			single++
		}
		for _, f := range rec.fields {
			cells++
			if cleanCell(f, d) {
				clean++
			}
		}
		if d.quote != 0 && bytes.IndexByte(rec.raw, d.quote) >= 0 {
			quoted++
		}
	}
	if records == 0 {
		return guess{d: d, score: 0, fields: 1}
	}
	mode, n := widest(widths)
	g := guess{d: d, fields: mode}
	regular := float64(n) / float64(records)
	cols := float64(mode)
	if single > 0 && single*10 >= (records-1)*8 {
		g.score = 1 // every line is one date or time
		return g
	}
	if weak(d.delim) && (regular < 0.95 || records < 3) {
		return g
	}
	g.score = regular * regular * ((cols - 0.9) / cols) * (0.1 + 0.9*float64(clean)/float64(max(cells, 1)))
	g.score *= 1 - 0.9*float64(bad)/float64(records)
	g.score *= habit(d)
	if d.quote == '\'' {
		g.score *= 0.95
	}
	if d.escape == '\\' {
		g.score *= 1.01
	}
	return g
}

// widest gives the number of fields that explains most cells, and its rows.
func widest(widths map[int]int) (mode, rows int) {
	best := -1
	for w, n := range widths {
		weight := n * (w + 1)
		if w > 1 {
			weight = n * 3
		}
		if weight > best || weight == best && w > mode {
			best, mode, rows = weight, w, n
		}
	}
	return mode, rows
}

func isMoment(b []byte) bool {
	if len(b) > 40 {
		return false
	}
	_, ok := parseMoment(string(b))
	return ok
}

// weak delimiters occur in texts, times and addresses far more often than
// between values: they must explain every row.
func weak(delim string) bool { return delim == " " || delim == ":" }

// habit says how likely people are to separate with this.
func habit(d dialect) float64 {
	switch d.delim {
	case ",", ";", "\t", "|", "\x1f", "\x01", "\x1e", "¦", "^", "~":
		return 1
	case "":
		return 1
	case " ":
		return 0.55
	case ":":
		return 0.6
	}
	return 1 // two bytes
}

// cleanCell reports whether a cell looks like one value: empty, a number, a
// date, or words without left-over quotes and delimiters.
func cleanCell(f []byte, d dialect) bool {
	t := trimBlanks(f)
	if len(t) == 0 {
		return true
	}
	if ok, _ := plainInt(t); ok {
		return true
	}
	if len(t) <= 40 {
		if _, ok := parseMoment(string(t)); ok {
			return true
		}
		if _, ok := parseNumber(string(t)); ok {
			return true
		}
	}
	for _, c := range t {
		switch {
		case c == '"' || c == ';' || c == '\t' || c == '|' || c == 0x1f || c == 0x01 || c == '\n':
			return false
		case c == ',' && d.delim != ", " && len(t) < 200:
			return d.quote != 0 && strings.IndexByte(string(f), d.quote) < 0 && isProse(t)
		}
	}
	return len(f) < 1000
}

// isProse reports whether commas are followed by blanks, as in a sentence.
func isProse(t []byte) bool {
	for i, c := range t {
		if c == ',' && (i+1 == len(t) || t[i+1] != ' ') {
			return false
		}
	}
	return true
}
