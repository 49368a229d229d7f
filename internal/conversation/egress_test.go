package conversation_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"tabletalk/internal/app"
	"tabletalk/internal/conversation"
	"tabletalk/internal/definition"
	"tabletalk/internal/fault"
	"tabletalk/internal/llm"
	"tabletalk/internal/llm/agent"
	"tabletalk/internal/llm/llmtest"
)

// staff has what may not leave: addresses, a secret column, and values that
// only the rows hold.
const staff = `name,email,phone,salary,city
Ann,ann@example.com,+49 30 1234567,51000,Berlin
Bob,bob@example.com,+49 30 7654321,42000,Hamburg
Cid,cid@example.com,+49 40 1112223,77123,Hamburg
`

// told is everything that a server was sent.
func told(s *llmtest.Server) string {
	var b strings.Builder
	for _, c := range s.Calls() {
		b.Write(c.Body)
	}
	return b.String()
}

func TestWhatIsSentIsWhatIsAllowed(t *testing.T) {
	rows := llmtest.Script(llmtest.Reply{Blocks: []llm.Block{llmtest.Query("call_1", `staff | where city = 'Hamburg' | select name, salary`)}}, llmtest.Text("[[r1:n]] rows."))
	for egress, c := range map[string]struct{ sent, kept []string }{
		"schema":  {[]string{"salary", "staff"}, []string{"77123", "Berlin", "Cid", "42000", "search_values", "ann@example.com"}},
		"values":  {[]string{"salary", "Berlin", "search_values"}, []string{"Cid", "Bob", "ann@example.com", "+49 30 1234567"}},
		"results": {[]string{"salary", "Berlin", "77123", "‹person "}, []string{"Cid", "Bob", "ann@example.com", "+49 30 1234567"}},
	} {
		t.Run(egress, func(t *testing.T) {
			th, s := with(t, rows, "--model-egress", egress)
			th.add("staff.csv", staff)
			a := th.ask("names and salaries of staff in Hamburg")
			all := told(s)
			if len(s.Calls()) != 2 || a.Model == nil {
				t.Fatalf("%d calls, %+v", len(s.Calls()), a.Notices)
			}
			for _, text := range c.sent {
				if !strings.Contains(all, text) {
					t.Errorf("%q was not sent", text)
				}
			}
			for _, text := range c.kept {
				if strings.Contains(all, text) {
					t.Errorf("%q was sent", text)
				}
			}
			if strings.Contains(all, th.session) || strings.Contains(all, llmtest.Key) || strings.Contains(all, app.Workspace) {
				t.Error("an id or the key was sent")
			}
		})
	}
}

// A value that identifies somebody leaves under another name, and comes back
// as itself.
func TestIdentifiersAreReplacedAndPutBack(t *testing.T) {
	th, s := with(t, func(c *llmtest.Call) llmtest.Reply {
		if c.Turns() == 0 {
			return llmtest.Reply{Blocks: []llm.Block{llmtest.Query("call_1", `staff | where email = '‹email 1›' | select salary`)}}
		}
		return llmtest.Text("‹email 1› earns [[r1:salary]].")
	}, "--model-egress", "schema")
	th.add("staff.csv", staff)
	a := th.ask("what does bob@example.com earn?")
	if a.Model == nil || a.Model.Text != "bob@example.com earns 42,000." {
		t.Fatalf("%+v %+v", a.Model, a.Notices)
	}
	if s.Contains("bob@example") {
		t.Error("the address was sent")
	}
}

func TestAPrivateColumnIsNeverSent(t *testing.T) {
	plans := []string{`staff | select name, salary`, `staff | where salary > 1 | count() as n`, `staff`}
	th, s := with(t, func(c *llmtest.Call) llmtest.Reply {
		if n := c.Turns(); n < len(plans) {
			return llmtest.Reply{Blocks: []llm.Block{llmtest.Query("call_1", plans[n])}}
		}
		return llmtest.Text("[[r1:n]] rows.")
	}, "--model-sql")
	th.add("staff.csv", staff)
	if _, err := th.app.Definitions.Add(t.Context(), app.Workspace, th.session, definition.Meaning{Kind: definition.Column, Table: "staff", Column: "salary", Private: true}); err != nil {
		t.Fatal(err)
	}
	a := th.ask("list all staff")
	all := told(s)
	// What the model wrote itself comes back to it; what it never learns is the
	// column's values, and its name from us.
	if a.Model == nil || strings.Contains(all, "77123") || strings.Contains(all, `"sql":`) || !strings.Contains(all, "Hamburg") || strings.Contains(string(s.Calls()[0].Body), "salary") {
		t.Errorf("model %+v, sent %s", a.Model, all)
	}
	if c := a.Result.Columns; c[3].Name != "salary" {
		t.Errorf("the person sees %v", c)
	}
}

func TestWhoMayAllowWhat(t *testing.T) {
	th, s := with(t, llmtest.Script(llmtest.Reply{Blocks: []llm.Block{llmtest.Query("call_1", bestPlan)}}, llmtest.Text("Done.")), "--model-egress", "values")
	allow := func(session string, e agent.Egress) *conversation.ModelState {
		t.Helper()
		state, err := th.app.Conversations.SetEgress(t.Context(), app.Workspace, session, e)
		if err != nil {
			t.Fatal(err)
		}
		return state
	}
	if got := allow(th.session, agent.Results).Egress.Effective; got != agent.Values {
		t.Errorf("a session widened it to %s", got)
	}
	if got := allow("", agent.Off).Egress; got.Effective != agent.Off || got.Operator != agent.Values {
		t.Errorf("%+v", got)
	}
	a := th.ask("average age by region")
	if a.Model != nil || a.Reader != "offline" || len(s.Calls()) != 0 {
		t.Errorf("asked all the same: %+v", a.Model)
	}
	req := th.request("average age by region")
	req.Reader = "model"
	if _, err := th.send(req); !fault.Is(err, "model_not_allowed") {
		t.Errorf("%v", err)
	}
	allow("", "")
	allow(th.session, "")
	if a := th.ask("average age by region"); a.Model == nil || a.Cached {
		t.Errorf("allowed again: %+v", a)
	}
	if _, err := th.app.Conversations.SetEgress(t.Context(), app.Workspace, th.session, "all"); !fault.Is(err, "egress_unknown") {
		t.Errorf("%v", err)
	}
}

func TestNothingIsSentWithoutLeave(t *testing.T) {
	th, s := with(t, llmtest.Lazy("no"), "--model-egress", "off")
	if a := th.ask("average age by region"); a.Model != nil || len(s.Calls()) != 0 {
		t.Errorf("%+v", a.Model)
	}
	none := talk(t)
	req := none.request("average age by region")
	req.Reader = "model"
	if _, err := none.send(req); !fault.Is(err, "model_not_set") {
		t.Errorf("%v", err)
	}
}

// The ledger holds what left the machine, byte for byte, also where the model
// gave no answer.
func TestTheLedgerIsWhatWasSent(t *testing.T) {
	for name, p := range map[string]llmtest.Persona{
		"an answer": llmtest.Script(llmtest.Reply{Blocks: []llm.Block{llmtest.Query("call_1", bestPlan)}}, llmtest.Text("Done.")),
		"none":      llmtest.Script(llmtest.Reply{Fault: &llmtest.Fault{Status: 401}}),
	} {
		t.Run(name, func(t *testing.T) {
			th, s := with(t, p)
			a := th.ask("average age by region")
			sent, err := th.app.Conversations.Sent(t.Context(), app.Workspace, a.QueryID)
			if err != nil || len(sent.Requests) != len(s.Calls()) {
				t.Fatalf("%+v, %v", sent, err)
			}
			for i, c := range s.Calls() {
				if sent.Requests[i].Body != string(c.Body) || !strings.HasPrefix(sent.Requests[i].To, s.URL) {
					t.Errorf("request %d is another one", i)
				}
			}
			raw, err := json.Marshal(sent)
			if err != nil || strings.Contains(string(raw), llmtest.Key) {
				t.Error("the key is in the ledger")
			}
		})
	}
}

func TestNoTextOfTheServerReachesAPerson(t *testing.T) {
	secret := "internal detail of the vendor"
	th, _ := with(t, llmtest.Script(llmtest.Reply{Fault: &llmtest.Fault{Status: 401, Body: `{"error":{"type":"authentication_error","message":"` + secret + " " + llmtest.Key + `"}}`}}))
	raw, err := json.Marshal(th.ask("average age by region"))
	if err != nil || strings.Contains(string(raw), secret) || strings.Contains(string(raw), llmtest.Key) {
		t.Errorf("%s, %v", raw, err)
	}
}

// A server keeps what it understood of a prompt as long as its first bytes
// stay the same. These are known; who changes them on purpose writes the new
// ones here, and everybody's next question is read from its beginning.
func TestThePromptStaysTheSame(t *testing.T) {
	th, s := with(t, llmtest.Script(llmtest.Reply{Blocks: []llm.Block{llmtest.Query("call_1", bestPlan)}}, llmtest.Text("Done.")))
	th.ask("average age by region")
	req := th.request("how many people joined in 2024?")
	req.Now = req.Now.AddDate(0, 3, 0)
	if _, err := th.send(req); err != nil {
		t.Fatal(err)
	}
	prefix := ""
	for i, c := range s.Calls() {
		raw, err := json.Marshal([]any{c.Tools, c.System})
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 && string(raw) != prefix {
			t.Errorf("call %d begins otherwise", i)
		}
		prefix = string(raw)
		if strings.Contains(prefix, "2025-06-18") || strings.Contains(prefix, th.session) {
			t.Error("the prefix holds the day, or an id")
		}
	}
	sum := sha256.Sum256([]byte(prefix))
	got := hex.EncodeToString(sum[:8])
	if want := "e2dad3157d958247"; got != want {
		t.Errorf("the prompt begins with %s, not %s", got, want)
	}
	if a := th.ask("average age by region and joined month"); a.Model == nil || a.Model.CachedTokens == 0 {
		t.Errorf("nothing was kept: %+v", a.Model)
	}
}

// Names of people do not leave the machine, at no level and on no road; what
// the model does with the names it is told reaches the right rows.
func TestNamesOfPeopleStayHere(t *testing.T) {
	for _, level := range []string{"schema", "values", "results"} {
		t.Run(level, func(t *testing.T) {
			name := regexp.MustCompile("‹person [0-9]+›")
			th, s := with(t, func(c *llmtest.Call) llmtest.Reply {
				switch c.Turns() {
				case 0:
					return llmtest.Reply{Blocks: []llm.Block{llmtest.Query("call_1", "staff | where name = '"+name.FindString(c.Question())+"' | select name, salary, email")}}
				case 1:
					return llmtest.Reply{Blocks: []llm.Block{llmtest.Query("call_2", "staff | order salary desc | select name, salary"), llmtest.Tool("call_3", "search_values", map[string]any{"words": "zoe"})}}
				}
				return llmtest.Text("The salary is [[r1:row1.salary]].")
			}, "--model-egress", level)
			th.add("staff.csv", "name,email,salary\nZoe O'Quist,zoe@quist.example,77123\nJörg Blöd,joerg@example.org,100\nMia Wu,mia@example.org,200\n")
			a := th.ask("what is the salary of Zoe O'Quist")
			if a.Reader != "model" || len(a.Result.Rows) != 1 || a.Model.Text != "The salary is 77,123." {
				t.Errorf("%+v, %+v, %v", a.Model, a.Result, a.Notices)
			}
			th.ask("what is the salary of mia?")
			for _, c := range s.Calls() {
				for _, secret := range []string{"quist", "Zoe", "zoe@", "Jörg", "Blöd", "joerg", "Mia", " mia"} {
					if strings.Contains(c.Told(), secret) {
						t.Errorf("%s left the machine: %s", secret, c.Body)
					}
				}
			}
		})
	}
}
