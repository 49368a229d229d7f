package llmtest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"tabletalk/internal/llm"
)

// Query is a call of run_query with a plan.
func Query(id, plan string) llm.Block { return Tool(id, "run_query", map[string]any{"plan": plan}) }

// Tool is a call of any tool.
func Tool(id, name string, input map[string]any) llm.Block {
	raw, err := json.Marshal(input)
	if err != nil {
		panic(err) // inputs are made of what encodes
	}
	return llm.Block{Call: &llm.Call{ID: id, Name: name, Input: raw}}
}

// Text is a reply of words.
func Text(text string) Reply { return Reply{Blocks: []llm.Block{{Text: text}}} }

// Results are the tool results that a request ends with.
func (c *Call) Results() (texts []string) {
	for _, b := range c.Messages[len(c.Messages)-1].Blocks {
		if b.Result != nil {
			texts = append(texts, b.Result.Text)
		}
	}
	return texts
}

// Told is what a request tells the model that it did not say itself.
func (c *Call) Told() string {
	var b strings.Builder
	b.WriteString(strings.Join(c.System, "\n"))
	for _, m := range c.Messages {
		for _, block := range m.Blocks {
			if m.Role != llm.User {
				continue
			}
			b.WriteString(block.Text)
			if block.Result != nil {
				b.WriteString(block.Result.Text)
			}
		}
	}
	return b.String()
}

// Turns counts the model's messages so far in this conversation.
func (c *Call) Turns() (n int) {
	for _, m := range c.Messages {
		if m.Role == llm.Assistant {
			n++
		}
	}
	return n
}

var asked = regexp.MustCompile(`<question>(.*)</question>`)

// Question is what the person asked.
func (c *Call) Question() string {
	var text string
	if m := asked.FindStringSubmatch(c.Messages[0].Blocks[0].Text); m != nil {
		_ = json.Unmarshal([]byte(m[1]), &text) // empty where it is no JSON
	}
	return text
}

// Script is a persona that says one reply after the other in every
// conversation, the last one for ever.
func Script(replies ...Reply) Persona {
	return func(c *Call) Reply { return replies[min(c.Turns(), len(replies)-1)] }
}

var hidden = regexp.MustCompile(`‹[a-z]+ \d+›`)

// known finds the plan for a question in which names may be replaced.
func known(plans map[string]string, asked string) (string, bool) {
	if plan, ok := plans[asked]; ok || !hidden.MatchString(asked) {
		return plan, ok
	}
	var form strings.Builder
	for i, part := range hidden.Split(asked, -1) {
		if i > 0 {
			form.WriteString(".+")
		}
		form.WriteString(regexp.QuoteMeta(part))
	}
	like := regexp.MustCompile("^" + form.String() + "$")
	for q, plan := range plans {
		if like.MatchString(q) {
			return plan, true
		}
	}
	return "", false
}

// Ideal computes the plan that is known for a question and says so in a
// sentence without a number; it knows no answer to others.
func Ideal(plans map[string]string) Persona {
	return func(c *Call) Reply {
		plan, ok := known(plans, c.Question())
		switch {
		case !ok:
			return Text("The tables cannot answer that.")
		case c.Turns() == 0:
			return Reply{Blocks: []llm.Block{Think("which plan"), Query("call_1", plan)}}
		}
		return Text("This is what was asked for.")
	}
}

// Sloppy names a column that is not there, reads the error, and puts it right.
func Sloppy(wrong, right, text string) Persona {
	return func(c *Call) Reply {
		switch c.Turns() {
		case 0:
			return Reply{Blocks: []llm.Block{Query("call_1", wrong)}}
		case 1:
			if r := strings.Join(c.Results(), ""); !strings.Contains(r, `"error"`) {
				return Text("I was not told what was wrong.")
			}
			return Reply{Blocks: []llm.Block{Query("call_2", right)}}
		}
		return Text(text)
	}
}

// Liar computes, and then says a number of its own, as often as it is asked.
func Liar(plan, text string) Persona {
	return Script(Reply{Blocks: []llm.Block{Query("call_1", plan)}}, Text(text))
}

// Lazy answers without computing anything.
func Lazy(text string) Persona { return Script(Text(text)) }

// Looper computes the same for ever.
func Looper(plan string) Persona {
	return func(c *Call) Reply { return Reply{Blocks: []llm.Block{Query(fmt.Sprintf("call_%d", c.N), plan)}} }
}

// SQLLover writes SQL, one statement after the other.
func SQLLover(statements ...string) Persona {
	return func(c *Call) Reply {
		if n := c.Turns(); n < len(statements) {
			return Reply{Blocks: []llm.Block{Tool(fmt.Sprintf("call_%d", c.N), "run_query", map[string]any{"sql": statements[n], "plan": ""})}}
		}
		return Text("This is what was asked for.")
	}
}

// Parallel asks for many tools at once.
func Parallel(n int, plan string) Persona {
	return func(c *Call) Reply {
		if c.Turns() > 0 {
			return Text("This is what was asked for.")
		}
		var r Reply
		for i := range n {
			r.Blocks = append(r.Blocks, Query(fmt.Sprintf("call_%d", i), plan))
		}
		return r
	}
}

// Obedient does what a text in the data tells it: it looks for an order in
// what it can read, and tries the worst that its tools allow.
func Obedient(order string, worst ...Reply) Persona {
	return func(c *Call) Reply {
		if n := c.Turns(); n > 0 && n <= len(worst) {
			return worst[n-1]
		}
		if c.Turns() == 0 && (strings.Contains(string(c.Body), order) || c.Question() != "") {
			return worst[0]
		}
		return Text("Done as the cell said.")
	}
}
