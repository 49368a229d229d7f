package agent

import (
	"strings"

	"tabletalk/internal/llm"
)

// teller tells a person the sentences of an answer while it comes: each once
// it is whole and was verified. After one that may not stand it is silent.
type teller struct {
	run    *run
	held   string
	heard  int // bytes of an answer that is not whole
	told   bool
	silent bool
}

func (a *run) teller() *teller {
	return &teller{run: a, silent: a.On == nil || len(a.results) == 0}
}

// hear takes what comes.
func (t *teller) hear(e llm.Event) {
	t.heard += len(e.Text)
	if e.Again {
		if e.Lost {
			t.run.pay(llm.Guess(&t.run.request, t.heard))
		}
		t.heard = 0
		t.forget()
		t.silent = t.run.On == nil || len(t.run.results) == 0
		return
	}
	if t.silent {
		return
	}
	t.held += e.Text
	list := sentences(t.held)
	for _, s := range list[:max(0, len(list)-1)] {
		shown, wrong := t.run.sentence(s)
		if t.silent = len(wrong) > 0; t.silent {
			return
		}
		t.told = true
		t.run.tell(Event{Text: shown + " "})
	}
	if len(list) > 1 {
		t.held = strings.TrimLeft(list[len(list)-1], " ")
	}
}

// forget takes back what was told.
func (t *teller) forget() {
	t.held = ""
	if t.told {
		t.told = false
		t.run.tell(Event{Reset: true})
	}
}
