package question

import (
	"regexp"
	"slices"
	"strings"

	"tabletalk/internal/question/text"
)

// Requests about the conversation itself, as whole questions, in small letters
// and without marks. What is pointed at is the answer before.
const (
	politely = `(?:please |kindly |can you |could you |would you |i want to know |i would like to know |tell me |show me )*`
	pointed  = `(?:that|this|it|they|these|those|(?:that|this|the)(?: last| previous)? (?:number|answer|result|figure|value|total)s?)`
	computed = `(?:calculated|computed|worked out|determined|found|obtained|derived|arrived at|made|produced)`
	getIt    = `(?:calculate|compute|get|find|obtain|derive|determine|arrive at|come up with|come to|work out)`
	goodbye  = `(?: please| for me| to me| again)*`
)

var metaForms = []struct {
	meta Meta
	form *regexp.Regexp
}{
	{MetaExplain, whole(`(?:explain )?how (?:was|is|were|are) ` + pointed + ` ` + computed)},
	{MetaExplain, whole(`(?:explain )?how ` + pointed + ` (?:was|is|were|are) ` + computed)},
	{MetaExplain, whole(`(?:explain )?how (?:did|do|have) you ` + getIt + `(?: to)? ` + pointed)},
	{MetaExplain, whole(`(?:explain|how come) ?` + pointed + `?`)},
	{MetaExplain, whole(`(?:explain )?(?:the )?(?:sql|query|calculation|computation|formula)(?: (?:behind|of|for) ` + pointed + `)?`)},
	{MetaExplain, whole(`(?:what is|show|see|give me) (?:the )?(?:sql|query|calculation|computation|formula)(?: (?:behind|of|for) ` + pointed + `)?`)},
	{MetaExplain, whole(`(?:why this number|what did you (?:do|compute|calculate)|where (?:does|did) ` + pointed + ` come from)`)},
	{MetaUndo, whole(`(?:undo|revert|go back|step back|back|take ` + pointed + ` back|cancel ` + pointed + `)(?: (?:` + pointed + `|one step|a step|(?:the|my) last (?:step|change|question|one|thing)|to (?:the )?(?:previous|last|earlier) (?:answer|question|result|one|step)|to (?:before|where we were)))?`)},
	{MetaHelp, whole(`(?:help|help me|what can i ask|what can you do|what can you answer|how does this work|what questions can i ask|what should i ask|what could i ask|what do you know)`)},
}

// restart are requests to forget what was asked before; a question may follow.
var restart = whole(`(?:lets |let us )?(?:start (?:over|again|afresh|anew|from scratch|from the beginning)|begin again|reset|clear|clear (?:everything|all)|new (?:question|topic|conversation|chat)|` +
	`(?:forget|scrap|drop) (?:that|it|this|everything|all that|all of that|the above)|from scratch|(?:a )?fresh start)`)

func whole(form string) *regexp.Regexp {
	return regexp.MustCompile(`^` + politely + `(?:` + form + `)` + goodbye + `$`)
}

// meta recognises requests about the conversation.
func (u *understanding) meta() Meta {
	q := plainly(u.tokens)
	for _, m := range metaForms {
		if m.form.MatchString(q) {
			return m.meta
		}
	}
	if restart.MatchString(q) {
		return MetaReset
	}
	return MetaNone
}

// plainly writes tokens as words alone.
func plainly(tokens []text.Token) string {
	var words []string
	for _, t := range tokens {
		if t.Kind == text.Punct || t.Suffix {
			continue
		}
		words = append(words, t.Norm)
	}
	return strings.Join(words, " ")
}

// maxRestart is how many words a request to start over may take.
const maxRestart = 8

// Restart finds a request to start over that stands before a question:
// "start over. revenue by region". It gives where the question begins.
func Restart(question string) (at int, ok bool) {
	tokens := text.Tokenize(question[:min(len(question), 400)])
	for n := min(maxRestart, len(tokens)-1); n > 0; n-- {
		head := plainly(tokens[:n])
		if !restart.MatchString(head) || !parted(question, tokens, n) && !strings.HasPrefix(head, "start ") {
			continue
		}
		rest := slices.IndexFunc(tokens[n:], func(t text.Token) bool {
			return t.Kind != text.Punct && t.Norm != "and" && t.Norm != "then" && t.Norm != "now" && t.Norm != "please"
		})
		if rest >= 0 {
			return tokens[n+rest].Start, true
		}
	}
	return 0, false
}

// parted reports whether a mark or "and" stands between the first n tokens and
// what follows.
func parted(question string, tokens []text.Token, n int) bool {
	between := question[tokens[n-1].End:tokens[n].Start]
	return tokens[n].Kind == text.Punct || tokens[n].Norm == "and" || tokens[n].Norm == "then" || strings.ContainsAny(between, ".:;,!?-–—\n")
}

// restarted leaves out a request to start over, and with it what was asked
// before; the rest keeps its place.
func (in Input) restarted() (Input, string) {
	at, ok := Restart(in.Text)
	if !ok {
		return in, ""
	}
	head := in.Text[:at]
	in.Text, in.History = strings.Repeat(" ", at)+in.Text[at:], nil
	return in, head
}
