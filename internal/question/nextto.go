package question

import (
	"tabletalk/internal/question/parse"
	"tabletalk/internal/question/text"
)

// besideAnother refuses "the order after order 17": which row comes after one
// that a number names depends on an order that was not said.
func (u *understanding) besideAnother(s *parse.Sketch) *Refusal {
	for i := 1; i+2 < len(u.tokens); i++ {
		t := u.tokens[i]
		if t.Norm != "after" && t.Norm != "before" || u.tokens[i+2].Kind != text.Number {
			continue
		}
		if noun := text.Singular(u.tokens[i-1].Norm); s.Near == nil && noun == text.Singular(u.tokens[i+1].Norm) {
			return u.unread(parse.Unused{Class: "comparison", Text: t.Text})
		}
	}
	return nil
}
