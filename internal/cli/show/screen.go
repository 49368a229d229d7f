package show

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// Screen is where text goes.
type Screen struct {
	W        io.Writer
	Width    int  // in cells; 0 means no limit
	Terminal bool // a person looks at it: borders, bars
	Color    bool
	Rows     int  // rows of a table before it is cut; 0 means all
	Numbered bool // what is offered has a number, by which it can be chosen
}

// paint styles text where the screen has colours.
func (s Screen) paint(style lipgloss.Style, text string) string {
	if !s.Color || text == "" {
		return text
	}
	return style.Render(text)
}

func bold() lipgloss.Style   { return lipgloss.NewStyle().Bold(true) }
func faint() lipgloss.Style  { return lipgloss.NewStyle().Faint(true) }
func accent() lipgloss.Style { return lipgloss.NewStyle().Foreground(lipgloss.Cyan) }

// line writes a line.
func (s Screen) line(format string, args ...any) {
	fmt.Fprintf(s.W, format+"\n", args...)
}

// Line writes a sentence of ours, wrapped to the screen.
func (s Screen) Line(format string, args ...any) {
	s.wrapped("", fmt.Sprintf(format, args...))
}

// wrapped writes text with a prefix; further lines are indented to match it
// or, where that leaves little room, by two.
func (s Screen) wrapped(prefix, text string) {
	if s.Width <= 0 {
		s.line("%s%s", prefix, text)
		return
	}
	indent := ansi.StringWidth(prefix)
	if s.Width-indent < 20 {
		text, prefix, indent = prefix+text, "", 2
	}
	for i, l := range strings.Split(ansi.Wrap(text, max(s.Width-indent, 10), ""), "\n") {
		if i == 1 {
			prefix = strings.Repeat(" ", indent)
		}
		s.line("%s%s", prefix, l)
	}
}

// Clean makes strangers' text safe and one line: control characters and those
// that turn the direction of writing become escapes.
func Clean(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if !strings.ContainsFunc(text, hidden) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case hidden(r) && r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case hidden(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// hidden reports whether a terminal would act on a rune instead of showing it.
// Joiners stay: scripts and emoji need them.
func hidden(r rune) bool {
	if r == '\u200c' || r == '\u200d' {
		return false
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029'
}
