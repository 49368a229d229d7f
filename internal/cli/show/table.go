package show

import (
	"strings"

	"charm.land/lipgloss/v2"
	lgtable "charm.land/lipgloss/v2/table"
	"github.com/charmbracelet/x/ansi"
)

// The widest that a cell may be, and the narrowest that a cut one is.
const (
	widest    = 48
	narrowest = 8
)

// grid writes columns as a table: borders on a terminal, aligned text
// elsewhere. Columns for which there is no room are left out, and a line says
// which.
func (s Screen) grid(columns []column, extra *column) {
	widths, shown := s.fit(columns, extra)
	left := columns[shown:]
	columns = columns[:shown]
	if extra != nil {
		columns = append(columns[:shown:shown], *extra)
		widths = append(widths, extra.width())
	}
	if s.Terminal {
		s.bordered(columns, widths)
	} else {
		s.aligned(columns, widths)
	}
	if len(left) > 0 {
		var names []string
		for _, c := range left {
			names = append(names, c.name)
		}
		s.wrapped("", s.paint(faint(), "No room for "+Count(int64(len(left)), "more column", "more columns")+": "+
			ansi.Truncate(strings.Join(names, ", "), 200, "…")+"."))
	}
}

func (c column) width() int {
	w := ansi.StringWidth(c.name)
	for _, cell := range c.cells {
		w = max(w, ansi.StringWidth(cell))
	}
	return w
}

// fit gives the widths of as many columns as there is room for, at least one.
// The last one that fits may be cut.
func (s Screen) fit(columns []column, extra *column) (widths []int, shown int) {
	const between = 3
	room := s.Width - 1
	if extra != nil {
		room -= extra.width() + between
	}
	for _, c := range columns {
		w := min(c.width(), widest)
		if s.Width > 0 && w+between > room {
			if len(widths) > 0 && room < narrowest+between || c.numbers != nil && len(widths) > 0 {
				break
			}
			w = min(w, max(room-between, narrowest))
		}
		room -= w + between
		widths = append(widths, w)
	}
	return widths, len(widths)
}

func (s Screen) bordered(columns []column, widths []int) {
	t := lgtable.New().Border(lipgloss.RoundedBorder()).BorderStyle(s.style(faint())).Wrap(false).
		StyleFunc(func(row, col int) lipgloss.Style {
			style := lipgloss.NewStyle().Padding(0, 1)
			if columns[col].numbers != nil {
				style = style.Align(lipgloss.Right)
			}
			switch {
			case !s.Color:
			case row == lgtable.HeaderRow:
				style = style.Bold(true)
			case columns[col].null != nil && columns[col].null[row]:
				style = style.Faint(true)
			case columns[col].null == nil:
				style = style.Foreground(lipgloss.Cyan)
			}
			return style
		})
	var header []string
	for i, c := range columns {
		header = append(header, ansi.Truncate(c.name, widths[i], "…"))
	}
	t.Headers(header...)
	for r := range columns[0].cells {
		var cells []string
		for i, c := range columns {
			cells = append(cells, ansi.Truncate(c.cells[r], widths[i], "…"))
		}
		t.Row(cells...)
	}
	s.line("%s", t.Render())
}

func (s Screen) style(style lipgloss.Style) lipgloss.Style {
	if s.Color {
		return style
	}
	return lipgloss.NewStyle()
}

func (s Screen) aligned(columns []column, widths []int) {
	row := func(cell func(c column) string) {
		var b strings.Builder
		for i, c := range columns {
			if i > 0 {
				b.WriteString("  ")
			}
			b.WriteString(pad(ansi.Truncate(cell(c), widths[i], "…"), widths[i], c.numbers != nil))
		}
		s.line("%s", strings.TrimRight(b.String(), " "))
	}
	row(func(c column) string { return c.name })
	row(func(c column) string { return strings.Repeat("-", min(c.width(), widest)) })
	for r := range columns[0].cells {
		row(func(c column) string { return c.cells[r] })
	}
}

func pad(text string, width int, right bool) string {
	space := strings.Repeat(" ", max(0, width-ansi.StringWidth(text)))
	if right {
		return space + text
	}
	return text + space
}
