package acceptance

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"tabletalk/internal/golden"
	"tabletalk/internal/plan"
	"tabletalk/internal/question"
)

var (
	show  = flag.Int("show", 0, "a question to show the answers of, with the plan whole; -1 for all")
	quick = flag.Bool("quick", false, "ask in the base world only, print the misses and keep the score as it is")
	asked = flag.String("ask", "", "a question of one's own to ask in the base world, of the family over which -over says")
	over  = flag.String("over", "sales", "the tables that -ask is about")
)

const scoreFile = "testdata/score.txt"

// tally counts the ends of the questions of a family.
type tally struct {
	asked, high, highRight, among  int
	ends                           [wrongHigh + 1]int
	paraphrases, rightOnes, silent int
	contrasts, differ              int
}

func (c *tally) add(o tally) {
	c.asked, c.high, c.highRight = c.asked+o.asked, c.high+o.high, c.highRight+o.highRight
	for i, n := range o.ends {
		c.ends[i] += n
	}
	c.among += o.among
	c.paraphrases, c.rightOnes, c.silent = c.paraphrases+o.paraphrases, c.rightOnes+o.rightOnes, c.silent+o.silent
	c.contrasts, c.differ = c.contrasts+o.contrasts, c.differ+o.differ
}

const header = "family             asked right in4 clarified refused failed wrong high | wordings right high | contrasts differ\n"

// line writes a row of the score: right at the first place and among the first
// four; wrong counts those that were sure, too.
func (c tally) line(title string) string {
	return fmt.Sprintf("%-18s %5d %5d %3d %9d %7d %6d %5d %4d | %8d %5d %4d | %9d %6d\n", title, c.asked, c.ends[right], c.among, c.ends[clarified], c.ends[refused],
		c.ends[failed], c.ends[wrong]+c.ends[wrongHigh], c.ends[wrongHigh], c.paraphrases, c.rightOnes, c.silent, c.contrasts, c.differ)
}

// TestAcceptance asks all questions in all worlds and compares the score with
// the one that is kept.
func TestAcceptance(t *testing.T) {
	var worlds []*world
	for i, s := range shapes {
		if i == 0 || !*quick && *asked == "" {
			worlds = append(worlds, openWorld(t, s))
		}
	}
	if *asked != "" {
		for _, text := range strings.Split(*asked, "|") {
			r := asker{worlds[0], *over}.ask(t, &item{expect: "anything"}, strings.TrimSpace(text), nil)
			t.Logf("%s\n\t%s %s", text, r.sureness, r.says)
		}
		return
	}
	got := measure(t, worlds, readFamilies(t))
	table, _, _ := strings.Cut(got, "\n\n")
	t.Logf("in %d worlds:\n%s", len(worlds), table)
	if *quick {
		t.Log(got)
		return
	}
	golden.Compare(t, scoreFile, got)
}

// measure gives the whole text of the score.
func measure(t *testing.T, worlds []*world, families []*family) string {
	var b, misses strings.Builder
	b.WriteString(header)
	var all tally
	for _, f := range families {
		s := scorer{family: f, worlds: worlds, misses: &misses, history: make([][]question.Turn, len(worlds))}
		for _, q := range f.questions {
			s.score(t, q)
		}
		b.WriteString(s.line(f.title))
		all.add(s.tally)
	}
	b.WriteString(all.line("all"))
	fmt.Fprintf(&b, "of %d answers that were sure, %d are right\n", all.high, all.highRight)
	b.WriteString("\n# What is not right, with what came out; ~ another wording, ! a contrast that was read alike\n")
	return b.String() + misses.String()
}

// scorer asks one family.
type scorer struct {
	tally
	family  *family
	worlds  []*world
	misses  *strings.Builder
	history [][]question.Turn // of the conversation, by world
}

func (s *scorer) score(t *testing.T, q *item) {
	if !q.follows {
		s.history = make([][]question.Turn, len(s.worlds))
	}
	replies, worst := s.askAll(t, q, q.text)
	s.asked++
	s.ends[replies[worst].verdict]++
	if !slices.ContainsFunc(replies, func(r reply) bool { return r.verdict != right && !r.among }) {
		s.among++
	}
	if replies[0].sureness == question.High {
		s.high++
		if replies[worst].verdict == right {
			s.highRight++
		}
	}
	if replies[worst].verdict != right {
		s.miss(fmt.Sprintf("\n%d %s", q.number, q.text), replies[worst], worst)
	}
	s.paraphrase(t, q)
	s.contrast(t, q, replies[0])
	for i, r := range replies {
		if r.turn != nil {
			s.history[i] = append(s.history[i], *r.turn)
		}
	}
}

// askAll asks one wording in every world and says where it ended worst.
func (s *scorer) askAll(t *testing.T, q *item, text string) (replies []reply, worst int) {
	t.Helper()
	for i, w := range s.worlds {
		replies = append(replies, asker{w, s.family.over}.ask(t, q, text, s.history[i]))
		if *show == q.number || *show < 0 && i == 0 {
			t.Logf("%d %s\n\t%s in %s: %s %s", q.number, text, replies[i].verdict, w.name, replies[i].sureness, replies[i].says)
		}
		if replies[i].verdict > replies[worst].verdict {
			worst = i
		}
	}
	return replies, worst
}

func (s *scorer) paraphrase(t *testing.T, q *item) {
	for _, text := range q.paraphrases {
		replies, worst := s.askAll(t, q, text)
		s.paraphrases++
		switch replies[worst].verdict {
		case right:
			s.rightOnes++
			continue
		case wrongHigh:
			s.silent++
		}
		s.miss(fmt.Sprintf("  ~ %d %s", q.number, text), replies[worst], worst)
	}
}

// contrast asks the question that looks alike, in the base world.
func (s *scorer) contrast(t *testing.T, q *item, r reply) {
	c := asker{s.worlds[0], s.family.over}.ask(t, &item{expect: "anything"}, q.contrast, s.history[0])
	s.contrasts++
	if c.plan == nil && r.plan == nil && (c.verdict == r.verdict || r.verdict == right && q.expect != "explain") ||
		c.plan != nil && r.plan != nil && plan.Hash(c.plan) == plan.Hash(r.plan) {
		s.miss(fmt.Sprintf("  ! %d %s", q.number, q.contrast), c, 0)
		return
	}
	s.differ++
}

// miss writes down what came out.
func (s *scorer) miss(what string, r reply, world int) {
	fmt.Fprintf(s.misses, "%s\n      %s in %s: %s\n", what, r.verdict, s.worlds[world].name, cut(r.says, 220))
}

// cut shortens a text to n runes.
func cut(text string, n int) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n]) + "…"
}
