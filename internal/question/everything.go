package question

import (
	"tabletalk/internal/plan"
	"tabletalk/internal/question/rank"
	"tabletalk/internal/question/text"
)

// wholes say that nothing is left out, and rowWords what that nothing is: of
// two words such as "all rows" the question needs both.
var (
	wholes   = map[string]bool{"all": true, "every": true, "whole": true, "entire": true, "full": true, "complete": true}
	asking   = map[string]bool{"is": true, "are": true, "was": true, "were": true, "does": true, "do": true, "did": true, "has": true, "have": true}
	rowWords = map[string]bool{"row": true, "rows": true, "record": true, "records": true, "entry": true, "entries": true, "data": true, "dataset": true, "table": true, "file": true}
)

// everything answers "show everything" and "all rows" with the rows of the
// table, where nothing else was said and nothing else was understood. Of
// several tables each is a reading, as likely as the others.
func (u *understanding) everything(ranked []rank.Ranked) (Outcome, bool) {
	if len(ranked) > 0 || !u.asksForAll() {
		return Outcome{}, false
	}
	o := Outcome{Intent: "list", Words: u.words(nil)}
	sure := High
	if len(u.Catalog.Tables) > 1 {
		sure = Medium
	}
	for _, t := range u.Catalog.Tables[:min(len(u.Catalog.Tables), maxReadings)] {
		p := &plan.Plan{V: 1, Kind: plan.Rows, From: plan.From{Table: t.Name}}
		o.Readings = append(o.Readings, Reading{Plan: p, Confidence: sure, Score: 1000})
	}
	o.Probes = probes(o.Readings)
	return o, true
}

// asksForAll reports whether all that a question says is that it wants all.
// "Is everything ok" wants none of it.
func (u *understanding) asksForAll() bool {
	if len(u.tokens) == 0 || asking[u.tokens[0].Norm] {
		return false
	}
	whole, rows := false, false
	for _, t := range u.tokens {
		switch w := t.Norm; {
		case w == "everything":
			whole, rows = true, true
		case wholes[w]:
			whole = true
		case rowWords[w]:
			rows = true
		case t.Kind != text.Punct && !u.lex.Noise(w):
			return false
		}
	}
	return whole && rows
}
