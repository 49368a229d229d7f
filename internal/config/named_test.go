package config_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tabletalk/internal/config"
)

// named finds the settings that a text names: "(max-columns)", "the setting
// max-columns", "raise max-columns", "the
// setting is upload-idle", or nothing but "query-timeout".
var named = regexp.MustCompile(`\((NAME(?:, NAME)*)\)|\b(?:settings?(?: is)?|raise|limit) (NAME)|^((?:max|query|import|worker)-[a-z-]+)$`)

// TestErrorsNameSettings: what an error tells a person to raise can be raised.
func TestErrorsNameSettings(t *testing.T) {
	var known []string
	for _, s := range config.Settings() {
		known = append(known, s.Name)
	}
	pattern := regexp.MustCompile(strings.ReplaceAll(named.String(), "NAME", `[a-z]+(?:-[a-z]+)+`))
	found := map[string]bool{}
	for at, text := range literals(t) {
		for _, groups := range pattern.FindAllStringSubmatch(text, -1) {
			for name := range strings.SplitSeq(strings.Join(groups[1:], ""), ", ") {
				found[name] = true
				if !slices.Contains(known, name) {
					t.Errorf("%s names the setting %q, which there is not", at, name)
				}
			}
		}
	}
	for _, name := range []string{"max-upload-bytes", "max-columns", "worker-memory", "query-timeout", "max-question-bytes"} {
		if !found[name] {
			t.Errorf("no error names %q: the pattern of this test fits no more", name)
		}
	}
}

// unread are settings that the assembly need not read, with the reason.
var unread = map[string]string{"Auth": "it has one value that is allowed so far"}

// TestEverySettingIsUsed: one that nobody reads promises what does not happen.
func TestEverySettingIsUsed(t *testing.T) {
	used := map[string]bool{}
	for _, f := range files(t) {
		if dir := filepath.Base(filepath.Dir(f.path)); dir != "app" && dir != "cli" && filepath.Base(f.path) != "config.go" {
			continue
		}
		ast.Inspect(f.file, func(n ast.Node) bool {
			if x, ok := n.(*ast.SelectorExpr); ok {
				used[x.Sel.Name] = true
			}
			return true
		})
	}
	for field := range reflect.TypeFor[config.Config]().Fields() {
		if name := field.Name; !used[name] && unread[name] == "" {
			t.Errorf("nothing reads the setting %s", name)
		}
	}
}

// literals gives every text of the program's own code, with its place.
func literals(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, f := range files(t) {
		ast.Inspect(f.file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				text, _ := strconv.Unquote(lit.Value)
				all[f.set.Position(lit.Pos()).String()] = text
			}
			return true
		})
	}
	return all
}

// parsed is a file of the program's own code.
type parsed struct {
	path string
	set  *token.FileSet
	file *ast.File
}

func files(t *testing.T) (list []parsed) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == "testservers" {
			return filepath.SkipDir
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		list = append(list, parsed{path, set, file})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}
