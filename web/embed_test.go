package web

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func TestPlaceholderStandsInForThePage(t *testing.T) {
	root := fstest.MapFS{"placeholder.html": {Data: []byte("how to build")}}
	b, err := fs.ReadFile(unbuilt{root}, "index.html")
	if err != nil || string(b) != "how to build" {
		t.Errorf("index.html of an unbuilt page = %q, %v; want the placeholder", b, err)
	}
	if built(root) {
		t.Error("built() = true without an index.html")
	}
}

func TestFSAlwaysHasAnIndex(t *testing.T) {
	b, err := fs.ReadFile(FS(), "index.html")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(b), "tabletalk") {
		t.Errorf("index.html does not name the product:\n%s", b)
	}
}

// The Content-Security-Policy refuses inline scripts and styles, so none may
// be in the page.
func TestPageHasNothingInline(t *testing.T) {
	b, err := fs.ReadFile(FS(), "index.html")
	if err != nil {
		t.Fatal(err)
	}
	inline := regexp.MustCompile(`(?i)<style|<script(?:\s[^>]*)?>[^<]|\sstyle=|\son[a-z]+=`)
	if m := inline.Find(b); m != nil {
		t.Errorf("index.html holds %q, which the policy refuses", m)
	}
}
