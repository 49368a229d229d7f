package cli

import (
	"io"
	"os"

	"golang.org/x/term"

	"tabletalk/internal/cli/show"
)

// display are the flags of how things look.
type display struct {
	NoColor bool `help:"No colours; so does NO_COLOR in the environment."`
	Width   int  `placeholder:"CELLS" help:"Width of the screen; without it, that of the terminal."`
}

// isTerminal reports whether a person is at the other end of a stream.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

func (s *streams) terminalIn() bool  { return isTerminal(s.in) }
func (s *streams) terminalOut() bool { return isTerminal(s.out) }

// screen describes a stream for package show.
func (s *streams) screen(w io.Writer, d display, rows int) show.Screen {
	screen := show.Screen{W: w, Width: d.Width, Rows: rows, Terminal: isTerminal(w)}
	if screen.Terminal && d.Width == 0 {
		screen.Width = 80
		if width, _, err := term.GetSize(int(w.(*os.File).Fd())); err == nil && width > 0 {
			screen.Width = width
		}
	}
	screen.Color = screen.Terminal && !d.NoColor && s.env["NO_COLOR"] == "" && s.env["TERM"] != "dumb"
	return screen
}
