package cli

// completer completes a line with questions that would work. Pressed again,
// the key offers the next one.
type completer struct {
	suggest func(typed string) []string
	list    []string
	at      int
}

// complete is what a terminal calls with each key.
func (c *completer) complete(line string, pos int, key rune) (string, int, bool) {
	if key != '\t' || pos != len(line) {
		return "", 0, false
	}
	if len(c.list) > 0 && line == c.list[c.at] {
		c.at = (c.at + 1) % len(c.list)
	} else {
		c.list, c.at = c.suggest(line), 0
	}
	if len(c.list) == 0 {
		return line, pos, true
	}
	return c.list[c.at], len(c.list[c.at]), true
}
