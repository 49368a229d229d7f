package api

import (
	"bytes"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

// pageHandler serves the page's files. Names under assets/ carry a hash of
// their content and are kept for ever; every other address that is no file is
// the page itself, which reads the address.
func pageHandler(files fs.FS, missing http.HandlerFunc) http.Handler {
	plain := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		info, err := fs.Stat(files, name)
		switch {
		case name == "index.html" || err != nil || info.IsDir():
			if strings.HasPrefix(name, "assets/") || path.Ext(name) != "" && name != "index.html" {
				missing(w, r)
				return
			}
			servePage(w, r, files, missing)
		case strings.HasPrefix(name, "assets/"):
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			plain.ServeHTTP(w, r)
		default:
			w.Header().Set("Cache-Control", "no-cache")
			plain.ServeHTTP(w, r)
		}
	})
}

func servePage(w http.ResponseWriter, r *http.Request, files fs.FS, missing http.HandlerFunc) {
	page, err := fs.ReadFile(files, "index.html")
	if err != nil {
		missing(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	http.ServeContent(w, r, "index.html", time.Time{}, bytes.NewReader(page))
}
