package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// FS gives the files of the page, index.html at its root. Where the page was
// not built, index.html is the placeholder.
func FS() fs.FS {
	root := files()
	if built(root) {
		return root
	}
	return unbuilt{root}
}

func files() fs.FS {
	root, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // "dist" is a valid path, so this cannot be
	}
	return root
}

func built(root fs.FS) bool {
	_, err := fs.Stat(root, "index.html")
	return err == nil
}

// unbuilt shows the placeholder under the page's name.
type unbuilt struct{ fs.FS }

// Open opens the placeholder for index.html.
func (u unbuilt) Open(name string) (fs.File, error) {
	if name == "index.html" {
		name = "placeholder.html"
	}
	return u.FS.Open(name)
}
