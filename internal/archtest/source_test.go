package archtest

import (
	"bufio"
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
)

// The hard limits; the aim is half of them.
const (
	maxFunction = 80
	maxFile     = 600
)

// excused may be longer, with the reason. Keep it short.
var excused = map[string]string{}

func TestEveryPackageHasADoc(t *testing.T) {
	for _, p := range packages(t) {
		if len(p.GoFiles) == 0 {
			continue
		}
		src, err := os.ReadFile(filepath.Join(p.Dir, "doc.go"))
		if err != nil && strings.Contains(p.ImportPath, "/cmd/") {
			src, err = os.ReadFile(filepath.Join(p.Dir, "main.go"))
		}
		if err != nil {
			t.Errorf("%s has no doc.go: say what it is for, what goes in and out, and where to start reading", p.ImportPath)
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), "doc.go", src, parser.ParseComments|parser.PackageClauseOnly)
		if err != nil || f.Doc == nil || len(f.Doc.Text()) < 60 {
			t.Errorf("the doc.go of %s says too little", p.ImportPath)
		}
	}
}

// source is one Go file of the project.
type source struct {
	name string // relative to the root
	text []byte
	set  *token.FileSet
	file *ast.File
}

func sources(t *testing.T) []source {
	t.Helper()
	root := root(t)
	var list []source
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".")) && path != root {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil || bytes.HasPrefix(text, []byte("// Code generated ")) {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, text, parser.SkipObjectResolution)
		if err != nil {
			t.Errorf("%v", err)
			return nil
		}
		name, _ := filepath.Rel(root, path)
		list = append(list, source{name: filepath.ToSlash(name), text: text, set: set, file: file})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// root finds the directory of go.mod.
func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
	}
	t.Fatal("there is no go.mod above this test")
	return ""
}

func TestSizes(t *testing.T) {
	var functions, tests, files []int
	for _, s := range sources(t) {
		isTest := strings.HasSuffix(s.name, "_test.go")
		lines := bytes.Count(s.text, []byte("\n"))
		if lines > maxFile && excused[s.name] == "" {
			t.Errorf("%s has %d lines, more than %d: split it by what its parts are about", s.name, lines, maxFile)
		}
		files = append(files, lines)
		for name, n := range functionLengths(s) {
			if n > maxFunction && excused[s.name+":"+name] == "" {
				t.Errorf("%s: %s has %d lines, more than %d: give its steps names", s.name, name, n, maxFunction)
			}
			if isTest {
				tests = append(tests, n)
			} else {
				functions = append(functions, n)
			}
		}
	}
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "lines\tcount\tmedian\tp90\tmax\t")
	for _, row := range []struct {
		name  string
		sizes []int
	}{{"functions", functions}, {"test functions", tests}, {"files", files}} {
		slices.Sort(row.sizes)
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t\n", row.name, len(row.sizes), at(row.sizes, 0.5), at(row.sizes, 0.9), at(row.sizes, 1))
	}
	_ = w.Flush()
	t.Logf("\n%s", &b)
}

// at gives the value at a quantile of sorted sizes.
func at(sorted []int, q float64) int {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[int(q*float64(len(sorted)-1))]
}

func functionLengths(s source) map[string]int {
	lengths := map[string]int{}
	for _, d := range s.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			name := f.Name.Name
			if f.Recv != nil {
				name = receiver(f) + "." + name
			}
			lengths[name] = s.set.Position(f.End()).Line - s.set.Position(f.Pos()).Line + 1
		}
	}
	return lengths
}

func receiver(f *ast.FuncDecl) string {
	e := f.Recv.List[0].Type
	for {
		switch x := e.(type) {
		case *ast.StarExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.Ident:
			return x.Name
		default:
			return "?"
		}
	}
}

func TestNothingRunsBeforeMain(t *testing.T) {
	for _, s := range sources(t) {
		for name := range functionLengths(s) {
			if name == "init" {
				t.Errorf("%s has an init: make it a constructor that app calls", s.name)
			}
		}
	}
}

func TestNothingIsLeftToFix(t *testing.T) {
	// Written in halves, or this file would be found.
	words := []string{"FIX" + "ME", "XX" + "X"}
	for _, s := range sources(t) {
		lines := bufio.NewScanner(bytes.NewReader(s.text))
		lines.Buffer(nil, 1<<20)
		for n := 1; lines.Scan(); n++ {
			for _, w := range words {
				if strings.Contains(lines.Text(), w) {
					t.Errorf("%s:%d says %q", s.name, n, w)
				}
			}
		}
	}
}
