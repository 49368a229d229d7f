package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "tabletalk"

// pkg is what `go list` says of a package.
type pkg struct {
	ImportPath string
	Dir        string
	Imports    []string
	Deps       []string // what they import in turn, too
	GoFiles    []string
}

// packages lists the module's packages, broken ones included.
func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Dir,Imports,Deps,GoFiles", module+"/...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, &stderr)
	}
	var list []pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}

// inside gives the path below internal/, or "".
func inside(path string) string {
	rest, ok := strings.CutPrefix(path, module+"/internal/")
	if !ok || rest == "archtest" || within(rest, support) {
		return ""
	}
	return rest
}

// within reports whether path is one of the packages or below one.
func within(path string, list []string) bool {
	return slices.ContainsFunc(list, func(p string) bool { return path == p || strings.HasPrefix(path, p+"/") })
}

func layerOf(path string) int {
	return slices.IndexFunc(layers, func(l struct {
		what     string
		packages []string
	}) bool {
		return within(path, l.packages)
	})
}

// top gives the first element of a path: the package that a line of the table
// speaks for.
func top(path string) string {
	name, _, _ := strings.Cut(path, "/")
	return name
}

func TestLayers(t *testing.T) {
	for _, p := range packages(t) {
		from := inside(p.ImportPath)
		if from == "" {
			continue
		}
		if layerOf(from) < 0 {
			t.Errorf("%s is in no layer: give it a line in layers.go", from)
			continue
		}
		for _, path := range p.Imports {
			if to := inside(path); to != "" {
				checkImport(t, from, to)
			}
		}
	}
}

func checkImport(t *testing.T, from, to string) {
	t.Helper()
	a, b := layerOf(from), layerOf(to)
	switch {
	case b < 0 || a > b || top(from) == top(to):
	case a < b:
		t.Errorf("%s (%s) imports %s (%s): a layer imports only layers below it", from, layers[a].what, to, layers[b].what)
	case neighbours[top(from)+" -> "+top(to)] == "" && neighbours[top(from)+" -> "+to] == "":
		t.Errorf("%s imports its neighbour %s: add the pair to layers.go with its reason, or let a higher layer bring them together", from, to)
	}
}

func TestSupportIsForTestsOnly(t *testing.T) {
	for _, p := range packages(t) {
		for _, path := range p.Imports {
			to := strings.TrimPrefix(path, module+"/internal/")
			if from := inside(p.ImportPath); from != "" && to != path && within(to, support) {
				t.Errorf("%s imports %s, which is for tests only", from, to)
			}
		}
	}
}

func TestPurePackagesArePure(t *testing.T) {
	for _, p := range packages(t) {
		from := inside(p.ImportPath)
		if from == "" || !within(from, pure) {
			continue
		}
		for _, path := range p.Imports {
			for banned, why := range impure {
				if path == banned || strings.HasPrefix(path, banned+"/") {
					t.Errorf("%s imports %s: %s", from, path, why)
				}
			}
		}
	}
}

func TestLibrariesStayAtHome(t *testing.T) {
	for _, p := range packages(t) {
		from := inside(p.ImportPath)
		if from == "" {
			continue
		}
		for _, path := range p.Imports {
			for _, h := range homes {
				if strings.HasPrefix(path, h.library) && !within(from, h.homes) {
					t.Errorf("%s imports %s, which only %s may: %s", from, path, strings.Join(h.homes, " and "), h.why)
				}
			}
		}
	}
}

// What the engine's driver comes with ends a process or fails to be built; a
// room that only speaks of results must not need it.
func TestDriverStaysInTheWorker(t *testing.T) {
	for _, p := range packages(t) {
		from := inside(p.ImportPath)
		if from == "" || !within(from, driverless) || within(from, driven) {
			continue
		}
		for _, path := range p.Deps {
			if strings.HasPrefix(path, driver) {
				t.Errorf("%s needs %s: keep what runs in a worker in a package of its own", from, path)
				break
			}
		}
	}
}

// The words that everyone speaks bring nothing along.
func TestLowestLayerIsStandardLibraryOnly(t *testing.T) {
	for _, p := range packages(t) {
		if from := inside(p.ImportPath); from == "" || layerOf(from) != 0 {
			continue
		}
		for _, path := range p.Imports {
			if strings.Contains(top(path), ".") {
				t.Errorf("%s imports %s, but its layer is standard library only", p.ImportPath, path)
			}
		}
	}
}

func TestMainIsThin(t *testing.T) {
	for _, p := range packages(t) {
		if p.ImportPath != module+"/cmd/tabletalk" {
			continue
		}
		for _, path := range p.Imports {
			if to := inside(path); to != "" && to != "cli" {
				t.Errorf("main imports %s: it only runs cli", to)
			}
		}
	}
}
