package app_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tabletalk/client"
	"tabletalk/internal/app"
	"tabletalk/internal/conversation"
	"tabletalk/internal/eval"
	"tabletalk/internal/golden"
	"tabletalk/internal/question"
	"tabletalk/internal/samples"
)

// questions is one file of questions over one set of tables:
//
//	files NAME...     samples/… ships with the program, others are below the shared data
//	now DATE          the clock of relative dates
//	ask               a question of its own
//	follow            a question in the conversation of the one before
//
// What stands between ---- and the next blank line is the answer.
type questions struct {
	files []string
	now   string
	parts []part
}

// part is a stretch of the file: text kept as it is, or a question.
type part struct {
	text  string // comments and settings
	verb  string // ask, follow
	asked string
}

// TestGolden asks every question of testdata/golden through files, workers
// and SQL, and compares reading, plan, SQL and rows.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/golden/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	h := open(t)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			g := readGolden(t, file)
			session := h.goldenSession(t, g.files)
			var b strings.Builder
			conversationID := ""
			for _, p := range g.parts {
				if p.verb == "" {
					b.WriteString(p.text)
					continue
				}
				if p.verb == "ask" {
					conversationID = ""
				}
				a, err := h.app.Conversations.Ask(t.Context(), goldenRequest(t, session, conversationID, g.now, p.asked), nil)
				if err != nil {
					t.Fatalf("%s: %v", p.asked, err)
				}
				conversationID = a.ConversationID
				fmt.Fprintf(&b, "%s\n%s\n----\n%s\n", p.verb, p.asked, written(a))
			}
			golden.Compare(t, file, b.String())
		})
	}
}

// goldenSession uploads the files into a session; without the shared data the
// test is skipped, in CI it fails.
func (h *house) goldenSession(t *testing.T, names []string) string {
	t.Helper()
	var list []client.File
	for _, name := range names {
		content := goldenFile(t, name)
		list = append(list, client.File{Name: filepath.Base(name), Content: strings.NewReader(content)})
	}
	u, err := h.Upload(t.Context(), "", list...)
	if err != nil {
		t.Fatal(err)
	}
	return u.SessionID
}

func goldenFile(t *testing.T, name string) string {
	t.Helper()
	if base, ok := strings.CutPrefix(name, "samples/"); ok {
		for _, s := range samples.Files() {
			if s.Name == base {
				return readAll(t, s)
			}
		}
	}
	raw, err := os.ReadFile(sharedData(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// sharedData is a path in the shared data; without it the test is skipped, in
// CI it fails.
func sharedData(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("../../../shared/data", name)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skipf("the shared data folder has no %s", name)
	}
	return path
}

func readAll(t *testing.T, s samples.Sample) string {
	t.Helper()
	raw, err := io.ReadAll(s.Open())
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func goldenRequest(t *testing.T, session, conversationID, now, asked string) conversation.Request {
	t.Helper()
	req := conversation.Request{Workspace: app.Workspace, SessionID: session, ConversationID: conversationID, Text: asked}
	if now == "" {
		now = "2025-06-18"
	}
	clock, err := time.Parse(time.DateOnly, now)
	if err != nil {
		t.Fatal(err)
	}
	req.Now = clock
	return req
}

// readGolden reads a golden file.
func readGolden(t *testing.T, file string) questions {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var g questions
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "ask", "follow":
			p := part{verb: line}
			lines.Scan()
			p.asked = lines.Text()
			for lines.Scan() && lines.Text() != "" { // the answer is made anew
			}
			g.parts = append(g.parts, p)
			continue
		case "files":
			g.files = strings.Fields(rest)
		case "now":
			g.now = rest
		}
		g.parts = append(g.parts, part{text: line + "\n"})
	}
	return g
}

// written is an answer for a person to review.
func written(a *conversation.Answer) string {
	var b strings.Builder
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(&b, "%-9s %s\n", name, strings.ReplaceAll(text, "\n", "\n          "))
		}
	}
	switch a.Status {
	case question.Clarify:
		line("asks", a.Question)
		for _, o := range a.Options {
			line("option", o.Label+"  "+o.ValueHint)
		}
		return b.String()
	case question.Refused:
		line("refused", a.Reason)
		line("words", strings.Join(a.Words, ", "))
		line("near", strings.Join(a.Near, ", "))
		return b.String()
	}
	line("says", a.Explanation)
	for _, n := range a.Notes {
		line("note", n)
	}
	for _, as := range a.Assumptions {
		line("assumes", as.Text)
		for _, alt := range as.Alternatives {
			line("  or", alt.Label+"  "+alt.ValueHint)
		}
	}
	line("ignored", strings.Join(a.Ignored, ", "))
	line("sure", a.Confidence+because(a.Reasons))
	line("plan", a.PlanText)
	line("sql", a.SQL)
	eval.WriteRows(&b, a.Result)
	line("chart", mark(a.Chart))
	return b.String()
}

func because(reasons []string) string {
	if len(reasons) == 0 {
		return ""
	}
	return ": " + strings.Join(reasons, "; ")
}

// mark is the mark of a chart, or those of its panels.
func mark(spec json.RawMessage) string {
	type drawing struct {
		Mark struct {
			Type string `json:"type"`
		} `json:"mark"`
	}
	var chart struct {
		drawing
		Panels []drawing `json:"vconcat"`
	}
	if json.Unmarshal(spec, &chart) != nil {
		return ""
	}
	marks := []string{chart.Mark.Type}
	for i, p := range chart.Panels {
		marks = append(marks[:i], p.Mark.Type)
	}
	return strings.Join(marks, " over ")
}
