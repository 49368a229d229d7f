package archtest

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every module that the code imports, and every package of the page, has a
// line in doc/dependencies.md.
func TestDependenciesAreExplained(t *testing.T) {
	root := root(t)
	doc, err := os.ReadFile(filepath.Join(root, "doc", "dependencies.md"))
	if err != nil {
		t.Fatal(err)
	}
	for name := range union(importedModules(t, root), pagePackages(t, root)) {
		word := regexp.MustCompile(`(^|[\s|(])` + regexp.QuoteMeta(name) + `([\s|,)]|$)`)
		if !word.Match(doc) {
			t.Errorf("%s has no line in doc/dependencies.md: what is it for, and what else was weighed?", name)
		}
	}
}

func union(a, b map[string]bool) map[string]bool {
	for name := range b {
		a[name] = true
	}
	return a
}

// importedModules gives the modules of go.mod that some file imports.
func importedModules(t *testing.T, root string) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	var modules []string
	for _, m := range regexp.MustCompile(`(?m)^\s+(?:require )?(\S+\.\S+/?\S*) v\d`).FindAllSubmatch(text, -1) {
		modules = append(modules, string(m[1]))
	}
	used := map[string]bool{}
	for _, s := range sources(t) {
		for _, i := range s.file.Imports {
			if m := longestPrefix(modules, strings.Trim(i.Path.Value, `"`)); m != "" {
				used[m] = true
			}
		}
	}
	return used
}

func longestPrefix(modules []string, path string) string {
	best := ""
	for _, m := range modules {
		if (path == m || strings.HasPrefix(path, m+"/")) && len(m) > len(best) {
			best = m
		}
	}
	return best
}

func pagePackages(t *testing.T, root string) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "web", "package.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct{ Dependencies, DevDependencies map[string]string }
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&manifest); err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for name := range manifest.Dependencies {
		names[name] = true
	}
	for name := range manifest.DevDependencies {
		names[name] = true
	}
	return names
}
