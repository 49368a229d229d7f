package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Kind is the shape of a token.
type Kind uint8

// The shapes.
const (
	Word Kind = iota
	Number
	Date  // three numbers joined by dashes, slashes or dots
	Punct // a mark that may carry meaning: , ; ? ( ) < > = % & / + #
)

// Token is one word, number or mark of a question.
type Token struct {
	Kind   Kind
	Text   string  // as written
	Norm   string  // folded: lower case, no accents, plain quotes
	Base   string  // Norm as a singular
	Stem   string  // Norm without endings
	Value  float64 // of a Number
	Unit   string  // of a Number: "%", "$", "€", "£" or empty
	Start  int     // byte offsets in the question
	End    int
	Quote  int    // tokens inside the same quotes share a number from 1; 0 is outside
	Upper  bool   // begins with a capital letter
	Glued  bool   // no space stands before it
	Meant  string // the word that a misspelt one is read as; empty where it is read as written
	Suffix bool   // what is left of "'s": carries no meaning of its own
}

// MaxTokens is how many tokens a question may have.
const MaxTokens = 400

// Tokenize splits a question. It never fails; what is no letter, digit or
// known mark separates tokens.
func Tokenize(s string) []Token {
	l := lexer{src: s}
	for l.pos < len(s) && len(l.out) < MaxTokens {
		l.next()
	}
	markQuotes(s, l.out)
	return l.out
}

type lexer struct {
	src   string
	pos   int
	space bool
	plain bool // only norms are wanted
	out   []Token
}

func (l *lexer) next() {
	r, size := utf8.DecodeRuneInString(l.src[l.pos:])
	switch {
	case unicode.IsDigit(r) || r == '.' && l.digitAt(l.pos+1) && !l.wordBefore():
		l.number()
	case isLetter(r):
		l.word()
	case strings.ContainsRune(",;?()<>=&/+#!:%", r):
		l.emit(Token{Kind: Punct, Norm: string(r)}, l.pos, l.pos+size)
	case strings.ContainsRune("$€£¥", r) && l.digitAfterSpace(l.pos+size):
		l.money(string(r), size)
	case (r == '-' || r == '−') && l.digitAt(l.pos+size) && (l.space || l.pos == 0):
		l.negative(size)
	case r == '≥' || r == '≤' || r == '≠':
		l.emit(Token{Kind: Punct, Norm: map[rune]string{'≥': ">=", '≤': "<=", '≠': "!="}[r]}, l.pos, l.pos+size)
	default:
		l.space = true
		l.pos += size
	}
}

// meant reads "more then" as the "more than" that it sounds like, and "ppl" as
// the people it is short for.
func (l *lexer) meant(folded string) string {
	if folded == "ppl" {
		return "people"
	}
	if folded != "then" || len(l.out) == 0 {
		return folded
	}
	switch l.out[len(l.out)-1].Norm {
	case "more", "less", "fewer", "better", "worse", "higher", "lower", "bigger", "larger", "smaller", "greater", "older", "younger", "longer", "shorter", "cheaper", "heavier", "rather", "other":
		return "than"
	}
	return folded
}

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) }

func (l *lexer) digitAt(i int) bool {
	return i < len(l.src) && l.src[i] >= '0' && l.src[i] <= '9'
}

func (l *lexer) digitAfterSpace(i int) bool {
	for i < len(l.src) && l.src[i] == ' ' {
		i++
	}
	return l.digitAt(i)
}

// wordBefore reports whether the last token touches the current position.
func (l *lexer) wordBefore() bool {
	return len(l.out) > 0 && l.out[len(l.out)-1].End == l.pos
}

func (l *lexer) emit(t Token, start, end int) {
	t.Start, t.End, t.Text = start, end, l.src[start:end]
	t.Glued = len(l.out) > 0 && l.out[len(l.out)-1].End == start
	if t.Base == "" {
		t.Base = t.Norm
	}
	if t.Stem == "" {
		t.Stem = t.Norm
	}
	l.out = append(l.out, t)
	l.pos, l.space = end, false
}

func (l *lexer) word() {
	start, i := l.pos, l.pos
	for i < len(l.src) {
		r, size := utf8.DecodeRuneInString(l.src[i:])
		if !isLetter(r) && !unicode.IsDigit(r) && !l.innerMark(i, r, size) {
			break
		}
		i += size
	}
	w := l.src[start:i]
	first, _ := utf8.DecodeRuneInString(w)
	end := start + len(w)
	folded := Fold(w)
	rest := ""
	folded, rest = splitContraction(l.meant(folded))
	l.emit(l.wordToken(folded, unicode.IsUpper(first)), start, end)
	if rest == "" {
		return
	}
	t := l.wordToken(rest, false)
	t.Suffix = rest == "s"
	l.emit(t, end, end)
	second := &l.out[len(l.out)-1]
	second.Glued = true
	if !t.Suffix {
		second.Text = w // a message names the word as it was written
	}
}

// innerMark reports whether the mark at i stands inside a word: an apostrophe
// or a full stop between letters, as in "isn't" and "u.s.".
func (l *lexer) innerMark(i int, r rune, size int) bool {
	if r != '\'' && r != '’' && r != '.' {
		return false
	}
	next, _ := utf8.DecodeRuneInString(l.src[i+size:])
	if !isLetter(next) {
		return false
	}
	if r != '.' {
		return true
	}
	// Only initials hold stops: one letter on each side.
	after, _ := utf8.DecodeRuneInString(l.src[i+size+utf8.RuneLen(next):])
	return !isLetter(after) && i-l.pos <= 4 && (i-l.pos)%2 == 1
}

func (l *lexer) wordToken(folded string, upper bool) Token {
	if l.plain {
		return Token{Kind: Word, Norm: folded}
	}
	return Token{Kind: Word, Norm: folded, Base: Singular(folded), Stem: Stem(folded), Upper: upper}
}

// contractions are endings that stand for words of their own.
var contractions = map[string]string{"n't": "not", "'re": "are", "'ve": "have", "'ll": "will", "'m": "am", "'d": "would"}

// slurred are contractions as they are typed without the apostrophe, where
// that is no other word.
var slurred = map[string][2]string{
	"dont": {"do", "not"}, "doesnt": {"does", "not"}, "didnt": {"did", "not"},
	"isnt": {"is", "not"}, "arent": {"are", "not"}, "wasnt": {"was", "not"}, "werent": {"were", "not"},
	"hasnt": {"has", "not"}, "havent": {"have", "not"}, "hadnt": {"had", "not"},
	"couldnt": {"could", "not"}, "wouldnt": {"would", "not"}, "shouldnt": {"should", "not"},
	"whos": {"who", "is"}, "wheres": {"where", "is"}, "thats": {"that", "is"}, "theres": {"there", "is"},
}

func splitContraction(w string) (word, rest string) {
	if two, ok := slurred[w]; ok {
		return two[0], two[1]
	}
	for suffix, full := range contractions {
		if strings.HasSuffix(w, suffix) && len(w) > len(suffix) {
			head := strings.TrimSuffix(w, suffix)
			if head == "ca" || head == "wo" {
				head = map[string]string{"ca": "can", "wo": "will"}[head]
			}
			return head, full
		}
	}
	if head, ok := strings.CutSuffix(w, "'s"); ok && head != "" {
		switch head {
		case "what", "who", "where", "when", "how", "it", "that", "there", "here":
			return head, "is"
		case "let":
			return head, "us"
		}
		return head, "s"
	}
	return strings.ReplaceAll(strings.ReplaceAll(w, "'", ""), ".", ""), ""
}

// Fold gives the form in which words are compared: lower case, without
// accents, with plain quotes and dashes.
func Fold(s string) string {
	if isPlain(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case strings.ContainsRune("‘’´`", r):
			b.WriteByte('\'')
		case strings.ContainsRune("“”", r):
			b.WriteByte('"')
		case strings.ContainsRune("‐‑‒–—―−", r):
			b.WriteByte('-')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf || s[i] == '`' {
			return false
		}
	}
	return true
}

// Words folds and splits any text, such as a value or a name, into the norms
// of its tokens without marks.
func Words(s string) []string {
	var out []string
	l := lexer{src: s, plain: true}
	for l.pos < len(s) && len(l.out) < MaxTokens {
		l.next()
	}
	for _, t := range l.out {
		if t.Kind != Punct && !t.Suffix {
			out = append(out, t.Norm)
		}
	}
	return out
}

// markQuotes numbers the tokens that stand within quotes. A single quote opens
// only before a letter or digit that follows a space.
func markQuotes(s string, tokens []Token) {
	group := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		closing := closingQuote(r)
		opens := closing != 0 && (i == 0 || s[i-1] == ' ' || s[i-1] == '(' || s[i-1] == '=' || s[i-1] == ',')
		if !opens {
			i += size
			continue
		}
		end := strings.IndexRune(s[i+size:], closing)
		if end <= 0 || end > 200 {
			i += size
			continue
		}
		group++
		for k := range tokens {
			if tokens[k].Start >= i+size && tokens[k].End <= i+size+end {
				tokens[k].Quote = group
			}
		}
		i += size + end + utf8.RuneLen(closing)
	}
}

func closingQuote(r rune) rune {
	switch r {
	case '"', '\'', '`':
		return r
	case '“':
		return '”'
	case '‘':
		return '’'
	case '«':
		return '»'
	}
	return 0
}

// Quoted gives what stands within the quotes of a group, as written.
func Quoted(question string, tokens []Token, group int) string {
	start, end := -1, -1
	for _, t := range tokens {
		if t.Quote == group {
			if start < 0 {
				start = t.Start
			}
			end = t.End
		}
	}
	if start < 0 {
		return ""
	}
	return strings.TrimRight(expandQuote(question, start, end), " ")
}

// expandQuote widens a span to the quotes around it, so that marks which are
// no tokens stay in.
func expandQuote(q string, start, end int) string {
	for start > 0 && closingBefore(q, start) == 0 {
		start--
	}
	for end < len(q) {
		r, _ := utf8.DecodeRuneInString(q[end:])
		if strings.ContainsRune("\"'`”’»", r) {
			break
		}
		end++
	}
	return q[start:end]
}

func closingBefore(q string, i int) rune {
	r, _ := utf8.DecodeLastRuneInString(q[:i])
	return closingQuote(r)
}
