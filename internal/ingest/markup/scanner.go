package markup

import (
	"bytes"
	"errors"
	"io"
)

// Kind is what the scanner stands on.
type Kind uint8

// The kinds of tokens. An element without content gives a Start with Empty set
// and no End.
const (
	Start Kind = iota + 1
	End
	Text
)

// The errors of a document that is not read on.
var (
	ErrDoctype = errors.New("the XML declares a document type")
	ErrDeep    = errors.New("the XML nests too deep")
	ErrLong    = errors.New("a tag or text of the XML is too long")
	ErrSyntax  = errors.New("the XML is malformed")
)

// The bounds of a document. Cells of spreadsheets hold at most 32,767
// characters; formulas and texts of other makers are longer.
const (
	MaxDepth  = 256
	MaxToken  = 16 << 20
	firstSize = 64 << 10
)

// Scanner gives the tokens of one document. Its byte slices are valid until
// the next call of Next.
type Scanner struct {
	Name  []byte // of Start and End, without the prefix of its namespace
	Attrs []byte // of Start, as written
	Text  []byte // of Text, as written; see Plain
	Raw   bool   // Text comes from a CDATA section: it holds no entities
	Empty bool   // Start is all of the element

	r        io.Reader
	buf      []byte
	pos, end int
	base     int64 // bytes dropped before buf
	depth    int
	err      error
	begun    bool
}

// NewScanner reads a document in UTF-8 or, with a byte order mark, UTF-16.
func NewScanner(r io.Reader) *Scanner { return &Scanner{r: r} }

// ErrDone ends Each early, without an error.
var ErrDone = errors.New("done")

// Each gives every token up to the end of the document.
func (s *Scanner) Each(each func(Kind) error) error {
	for {
		k, err := s.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = each(k)
		}
		if errors.Is(err, ErrDone) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// Depth is how many elements are open.
func (s *Scanner) Depth() int { return s.depth }

// Offset is how many bytes of the document lie before what Next gives next.
// It means nothing in UTF-16.
func (s *Scanner) Offset() int64 { return s.base + int64(s.pos) }

// fill reads more, keeping what is unread; io.EOF when there is nothing.
func (s *Scanner) fill() error {
	if s.err != nil {
		return s.err
	}
	if s.pos > 0 {
		s.base += int64(s.pos)
		s.end = copy(s.buf, s.buf[s.pos:s.end])
		s.pos = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= MaxToken {
			return ErrLong
		}
		grown := make([]byte, max(firstSize, 2*len(s.buf)))
		copy(grown, s.buf[:s.end])
		s.buf = grown
	}
	n, err := io.ReadAtLeast(s.r, s.buf[s.end:], 1)
	s.end += n
	if err != nil {
		s.err = err
		return err
	}
	return nil
}

// begin settles the encoding.
func (s *Scanner) begin() error {
	s.begun = true
	for s.end < 4 {
		if err := s.fill(); err != nil {
			if errors.Is(err, io.EOF) && s.end > 0 {
				break
			}
			return err
		}
	}
	switch b := s.buf[:s.end]; {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		s.pos = 3
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		s.r, s.buf, s.end, s.err = utf16Reader(io.MultiReader(bytes.NewReader(bytes.Clone(b)), s.r)), nil, 0, nil
	}
	return nil
}

// Next gives the next token; io.EOF ends a complete document.
func (s *Scanner) Next() (Kind, error) {
	if !s.begun {
		if err := s.begin(); err != nil {
			return 0, err
		}
	}
	for {
		if s.pos == s.end {
			if err := s.fill(); err != nil {
				return 0, s.atEnd(err)
			}
		}
		if s.buf[s.pos] != '<' {
			return Text, s.text()
		}
		kind, err := s.tag()
		if err != nil {
			return 0, s.atEnd(err)
		}
		if kind != 0 {
			return kind, nil
		}
	}
}

// Child moves to the next start inside the element that was entered at the
// given depth; false at the end of that element. What is inside an element and
// not skipped is moved to as well.
func (s *Scanner) Child(depth int) (bool, error) {
	for s.depth >= depth {
		k, err := s.Next()
		if err != nil {
			return false, err
		}
		if k == Start {
			return true, nil
		}
	}
	return false, nil
}

// atEnd tells the end of a document from one that is cut short.
func (s *Scanner) atEnd(err error) error {
	if errors.Is(err, io.EOF) && (s.depth > 0 || s.pos < s.end) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// text takes everything up to the next tag.
func (s *Scanner) text() error {
	from := 0
	for {
		if i := bytes.IndexByte(s.buf[s.pos+from:s.end], '<'); i >= 0 {
			s.Text = s.buf[s.pos : s.pos+from+i]
			s.Raw = false
			s.pos += from + i
			return nil
		}
		from = s.end - s.pos
		if err := s.fill(); errors.Is(err, io.EOF) {
			s.Text = s.buf[s.pos:s.end]
			s.Raw = false
			s.pos = s.end
			return nil
		} else if err != nil {
			return err
		}
	}
}

// tag takes the tag at the position; 0 for one that gives no token.
func (s *Scanner) tag() (Kind, error) {
	if err := s.need(2); err != nil {
		return 0, err
	}
	switch s.buf[s.pos+1] {
	case '?':
		_, err := s.until(2, "?>")
		return 0, err
	case '!':
		return s.declaration()
	case '/':
		b, err := s.until(2, ">")
		if err != nil {
			return 0, err
		}
		if s.depth == 0 {
			return 0, ErrSyntax
		}
		s.depth--
		s.Name = local(bytes.TrimRight(b, " \t\r\n"))
		return End, nil
	}
	return Start, s.start()
}

// declaration takes a comment or a CDATA section; anything else that begins
// with an exclamation mark declares a document type.
func (s *Scanner) declaration() (Kind, error) {
	if err := s.need(9); err != nil {
		return 0, err
	}
	b := s.buf[s.pos:s.end]
	switch {
	case bytes.HasPrefix(b, []byte("<!--")):
		return 0, s.skipTo("-->")
	case bytes.HasPrefix(b, []byte("<![CDATA[")):
		text, err := s.until(9, "]]>")
		s.Text, s.Raw = text, true
		return Text, err
	}
	return 0, ErrDoctype
}

// skipTo drops a comment of any length.
func (s *Scanner) skipTo(mark string) error {
	s.pos += 4
	for {
		if i := bytes.Index(s.buf[s.pos:s.end], []byte(mark)); i >= 0 {
			s.pos += i + len(mark)
			return nil
		}
		s.pos = max(s.pos, s.end-len(mark)+1)
		if err := s.fill(); err != nil {
			return err
		}
	}
}

func (s *Scanner) need(n int) error {
	for s.end-s.pos < n {
		if err := s.fill(); err != nil {
			return err
		}
	}
	return nil
}

// until takes what stands between skip bytes and the mark.
func (s *Scanner) until(skip int, mark string) ([]byte, error) {
	from := skip
	for {
		if from < s.end-s.pos {
			if i := bytes.Index(s.buf[s.pos+from:s.end], []byte(mark)); i >= 0 {
				b := s.buf[s.pos+skip : s.pos+from+i]
				s.pos += from + i + len(mark)
				return b, nil
			}
		}
		from = max(skip, s.end-s.pos-len(mark)+1)
		if err := s.fill(); err != nil {
			return nil, err
		}
	}
}

// start takes a start tag; a > inside quotes does not end it.
func (s *Scanner) start() error {
	i, quote := 1, byte(0)
	for {
		b := s.buf[s.pos:s.end]
		for ; i < len(b); i++ {
			switch c := b[i]; {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '"' || c == '\'':
				quote = c
			case c == '>':
				s.pos += i + 1
				return s.element(b[1:i])
			}
		}
		if err := s.fill(); err != nil {
			return err
		}
	}
}

func (s *Scanner) element(b []byte) error {
	s.Empty = len(b) > 0 && b[len(b)-1] == '/'
	if s.Empty {
		b = b[:len(b)-1]
	}
	n := 0
	for n < len(b) && !blank(b[n]) {
		n++
	}
	if n == 0 {
		return ErrSyntax
	}
	s.Name, s.Attrs = local(b[:n]), b[n:]
	if s.Empty {
		return nil
	}
	if s.depth++; s.depth > MaxDepth {
		return ErrDeep
	}
	return nil
}

func blank(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// local cuts the prefix of a namespace.
func local(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

// Skip reads on until the element whose start was just given ends.
func (s *Scanner) Skip() error {
	if s.Empty {
		return nil
	}
	for depth := s.depth; s.depth >= depth; {
		if _, err := s.Next(); err != nil {
			return err
		}
	}
	return nil
}
