package archtest

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every promise of doc/security.md names the test that proves it; one that was
// renamed or deleted proves nothing.
func TestPromisesAreProved(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join(root(t), "doc", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, s := range sources(t) {
		for name := range functionLengths(s) {
			have[name] = have[name] || strings.HasSuffix(s.name, "_test.go")
		}
	}
	test := regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9]+)`")
	for line := range strings.Lines(string(doc)) {
		if strings.HasPrefix(line, "| ") && line != "| promise | proved by |\n" && !strings.HasPrefix(line, "| ---") && !test.MatchString(line) {
			t.Errorf("doc/security.md promises without a test: %s", line)
		}
	}
	named := test.FindAllSubmatch(doc, -1)
	if len(named) < 30 {
		t.Errorf("only %d tests are named", len(named))
	}
	for _, m := range named {
		if !have[string(m[1])] {
			t.Errorf("doc/security.md names %s, which is no test", m[1])
		}
	}
}

// callers may open connections to other machines: to the database and Redis
// that the settings name, to a language model, a mail server and a login provider where they are set, and what speaks
// to this program's own API.
var callers = []string{"internal/store/", "internal/cache/", "internal/event/", "internal/llm/wire/", "internal/llm/llmtest/", "internal/mail/", "internal/openid/", "internal/testservers/", "client/", "bench/"}

// dialling are the ways of the standard library to open a connection.
var dialling = map[string][]string{
	"http": {"Get", "Post", "PostForm", "Head", "NewRequest", "NewRequestWithContext", "Client", "DefaultClient", "DefaultTransport", "Transport"},
	"net":  {"Dial", "DialTimeout", "DialTCP", "DialUDP", "DialUnix", "DialIP", "Dialer", "LookupHost", "LookupIP", "DefaultResolver", "Resolver"},
	"tls":  {"Dial", "DialWithDialer", "Dialer"},
}

// Nothing leaves the machine: no part of the program calls out, but for the
// services that the settings name.
func TestNothingCallsOut(t *testing.T) {
	looked := 0
	for _, s := range sources(t) {
		if strings.HasSuffix(s.name, "_test.go") || slices.ContainsFunc(callers, func(c string) bool { return strings.HasPrefix(s.name, c) }) {
			continue
		}
		looked++
		ast.Inspect(s.file, func(n ast.Node) bool {
			x, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if pkg, ok := x.X.(*ast.Ident); ok && slices.Contains(dialling[pkg.Name], x.Sel.Name) {
				t.Errorf("%s: %s.%s opens connections: only %s may", s.set.Position(x.Pos()), pkg.Name, x.Sel.Name, strings.Join(callers, ", "))
			}
			return true
		})
	}
	if looked < 100 {
		t.Errorf("only %d files were looked at", looked)
	}
}
