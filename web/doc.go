// Package web carries the page: what Vite builds from src into dist is
// embedded here and handed out as a file system. The program builds without
// Node; then a placeholder says how to build the page.
//
// It serves nothing itself: api decides about headers and caching. What lies
// below assets/ has a hash of its content in its name and never changes.
// Start at FS.
package web
