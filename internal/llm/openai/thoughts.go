package openai

import "strings"

// thoughtless passes text on without what stands between <think> and
// </think>, where some models think aloud. Marks may come in pieces.
type thoughtless struct {
	say      func(string)
	held     string
	thinking bool
}

const (
	thinkBegin = "<think>"
	thinkEnd   = "</think>"
)

func (t *thoughtless) add(text string) {
	t.held += text
	for {
		mark := thinkBegin
		if t.thinking {
			mark = thinkEnd
		}
		before, after, found := strings.Cut(t.held, mark)
		if !found {
			t.pass(len(t.held) - partial(t.held, mark))
			return
		}
		if !t.thinking && before != "" {
			t.say(before)
		}
		t.held, t.thinking = after, !t.thinking
	}
}

// pass tells the first n bytes of what is held, or forgets them as thoughts.
func (t *thoughtless) pass(n int) {
	if !t.thinking && n > 0 {
		t.say(t.held[:n])
	}
	t.held = t.held[n:]
}

// end tells what was held because a mark might have begun in it.
func (t *thoughtless) end() { t.pass(len(t.held)) }

// partial is how many bytes at the end of text may be the start of a mark.
func partial(text, mark string) int {
	for n := min(len(mark)-1, len(text)); n > 0; n-- {
		if strings.HasSuffix(text, mark[:n]) {
			return n
		}
	}
	return 0
}
