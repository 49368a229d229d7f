package conversation_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tabletalk/internal/conversation"
	"tabletalk/internal/golden"
	"tabletalk/internal/llm"
	"tabletalk/internal/llm/llmtest"
)

// transcripts are files that show what is said between the program and a
// model: above the line what a person asks and what the model says to it,
//
//	with SETTING VALUE    a setting of the program
//	format openai         chat completions; without it, the Messages format
//	add staff             a second table, which holds what names people
//	show prompt           also tell what every conversation begins with
//	ask TEXT              a question; what follows is said to it
//	turn VERB …           a message of the model's, with more lines behind it:
//	  think TEXT, text TEXT, call TOOL JSON, stop REASON, status NUMBER
//
// and below the line what came of it: each stage that a person sees, each
// message that was sent, what the model said, and the answer.
const transcripts = "testdata/transcripts/*.txt"

func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob(transcripts)
	if err != nil || len(files) < 10 {
		t.Fatalf("%d transcripts, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			above, _, _ := strings.Cut(string(raw), "----\n")
			golden.Compare(t, file, above+"----\n"+perform(t, readScene(t, above)))
		})
	}
}

// scene is what stands above the line.
type scene struct {
	settings []string
	format   string
	staff    bool
	prompt   bool
	asked    []string
	replies  map[string][]llmtest.Reply // by question
}

func readScene(t *testing.T, text string) scene {
	t.Helper()
	s := scene{format: llmtest.Anthropic, replies: map[string][]llmtest.Reply{}}
	for line := range strings.Lines(text) {
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		rest = strings.TrimSpace(rest)
		switch verb {
		case "", "#":
		case "with":
			name, value, _ := strings.Cut(rest, " ")
			s.settings = append(s.settings, strings.TrimSuffix("--"+name+"="+value, "="))
		case "format":
			s.format = rest
		case "add":
			s.staff = true
		case "show":
			s.prompt = true
		case "ask":
			s.asked = append(s.asked, rest)
		default:
			q := s.asked[len(s.asked)-1]
			if verb == "turn" {
				s.replies[q] = append(s.replies[q], llmtest.Reply{})
				verb, rest, _ = strings.Cut(rest, " ")
			}
			list := s.replies[q]
			sayTo(t, &list[len(list)-1], verb, rest, len(list))
		}
	}
	return s
}

// sayTo adds a line to a message of the model's.
func sayTo(t *testing.T, r *llmtest.Reply, verb, rest string, turn int) {
	t.Helper()
	switch verb {
	case "think":
		r.Blocks = append(r.Blocks, llmtest.Think(rest))
	case "text":
		r.Blocks = append(r.Blocks, llm.Block{Text: rest})
	case "call":
		tool, input, _ := strings.Cut(rest, " ")
		id := fmt.Sprintf("call_%d_%d", turn, len(r.Blocks))
		r.Blocks = append(r.Blocks, llm.Block{Call: &llm.Call{ID: id, Name: tool, Input: json.RawMessage(input)}})
	case "stop":
		r.Stop = llm.Stop(rest)
	case "status":
		status, err := strconv.Atoi(rest)
		if err != nil {
			t.Fatal(err)
		}
		r.Fault = &llmtest.Fault{Status: status}
	default:
		t.Fatalf("a model cannot %q", verb)
	}
}

// stage writes down what happens, in its order: the server answers before the
// program goes on.
type stage struct {
	strings.Builder
	scene
	question string
}

func (s *stage) line(who, text string) {
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if i > 0 {
			who = ""
		}
		s.WriteString(strings.TrimRight(fmt.Sprintf("%-8s %s", who, line), " ") + "\n")
	}
}

// some writes a line only where there is something to tell.
func (s *stage) some(who, text string) {
	if text != "" {
		s.line(who, text)
	}
}

// perform plays a scene and gives what stands below the line.
func perform(t *testing.T, sc scene) string {
	t.Helper()
	s := &stage{scene: sc}
	th, _ := withFormat(t, sc.format, s.reply, sc.settings...)
	if sc.staff {
		th.add("staff.csv", staff)
	}
	for _, s.question = range sc.asked {
		fmt.Fprintf(s, "\nasked    %s\n", s.question)
		req := th.request(s.question)
		a, err := th.app.Conversations.Ask(t.Context(), req, s.happens)
		if err != nil {
			t.Fatal(err)
		}
		th.id = a.ConversationID
		s.answered(a)
	}
	return s.String()
}

// reply is what the model says to a request, which is written down first.
func (s *stage) reply(c *llmtest.Call) llmtest.Reply {
	var tools []string
	for _, t := range c.Tools {
		tools = append(tools, t.Name)
	}
	s.line("request", fmt.Sprintf("%d to %s, tools %s", c.Turns()+1, c.Model, strings.Join(tools, " ")))
	if s.prompt && c.N == 1 {
		for _, part := range c.System {
			s.line("system", part)
		}
		for _, t := range c.Tools {
			s.line("tool", fmt.Sprintf("%s %s %s", t.Name, t.Description, t.Schema))
		}
	}
	for _, b := range c.Messages[len(c.Messages)-1].Blocks {
		s.block("sent", b)
	}
	list := s.replies[s.question]
	r := list[min(c.Turns(), len(list)-1)]
	for _, b := range r.Blocks {
		s.block("said", b)
	}
	if r.Fault != nil {
		s.line("said", fmt.Sprintf("HTTP %d", r.Fault.Status))
	}
	if r.Stop != "" {
		s.line("said", "stop: "+string(r.Stop))
	}
	return r
}

func (s *stage) block(who string, b llm.Block) {
	switch {
	case b.Opaque != nil:
		s.line(who, "a thought of its own")
	case b.Call != nil:
		s.line(who, b.Call.Name+" "+string(b.Call.Input))
	case b.Result != nil:
		s.line(who, "result "+b.Result.Text)
	default:
		s.line(who, b.Text)
	}
}

// happens is what a person sees while the model reads.
func (s *stage) happens(e conversation.Event) {
	switch data := e.Data.(type) {
	case map[string]string:
		if e.Type == "status" {
			s.line("stage", data["stage"])
		}
	case map[string]any:
		if data["reset"] == true {
			s.line("shown", "(what was shown is taken back)")
		} else if delta, ok := data["delta"]; ok {
			s.line("shown", fmt.Sprint(delta))
		}
	}
}

func (s *stage) answered(a *conversation.Answer) {
	s.line("answer", fmt.Sprintf("%s, by the reader %s, confidence %q", a.Status, a.Reader, a.Confidence))
	for _, n := range a.Notices {
		s.line("notice", n.Code+": "+n.Text)
	}
	if m := a.Model; m != nil {
		agrees := "unknown"
		if m.Agrees != nil {
			agrees = strconv.FormatBool(*m.Agrees)
		}
		s.line("model", fmt.Sprintf("%d calls, agrees %s, shared %+v", m.Calls, agrees, m.Shared))
		s.some("text", m.Text)
		for _, d := range m.Dropped {
			s.line("dropped", d)
		}
	}
	s.some("says", a.Explanation)
	for _, o := range a.Options {
		s.line("option", o.Label)
	}
	s.some("plan", a.PlanText)
	if a.Result != nil {
		for _, row := range a.Result.Rows {
			s.line("row", fmt.Sprint(row))
		}
	}
	if o := a.Other; o != nil {
		s.line("beside", fmt.Sprintf("by the reader %s: %s %v", o.Reader, o.Says, o.Result.Rows))
	}
}
