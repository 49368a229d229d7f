package question

import (
	"strings"

	"tabletalk/internal/question/text"
)

// metaPhrases are questions about the conversation itself, as whole questions.
var metaPhrases = map[Meta][]string{
	MetaExplain: {"how was that calculated", "how did you calculate that", "how did you get that", "explain", "explain that", "explain this", "show sql",
		"show me the sql", "show the sql", "how was this calculated", "how is that calculated", "why this number", "how did you compute that", "what did you do"},
	MetaUndo:  {"undo", "undo that", "go back", "back", "revert", "undo the last step"},
	MetaReset: {"start over", "reset", "clear", "new question", "forget that", "begin again", "start again", "clear everything"},
	MetaHelp:  {"help", "what can i ask", "what can you do", "how does this work", "what questions can i ask", "what should i ask"},
}

// meta recognises requests about the conversation.
func (u *understanding) meta() Meta {
	q := strings.Join(text.Words(u.Text), " ")
	q = strings.TrimSuffix(strings.TrimPrefix(q, "please "), " please")
	for _, m := range []Meta{MetaExplain, MetaUndo, MetaReset, MetaHelp} {
		for _, p := range metaPhrases[m] {
			if q == p {
				return m
			}
		}
	}
	return MetaNone
}
