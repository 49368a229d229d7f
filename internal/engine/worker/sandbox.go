package worker

// Layer is one of the walls around a worker, for /readyz: a system that lacks
// one still runs, and says so.
type Layer struct {
	Name   string `json:"name"`
	Active bool   `json:"active"`
	Detail string `json:"detail,omitempty"`
}

// environment is all that a worker finds in its environment. Two arenas keep
// what the engine gave back from lying about in one arena per thread.
func environment() []string { return []string{"MALLOC_ARENA_MAX=2"} }

// everywhere are the layers that need nothing of the system.
func everywhere() []Layer {
	return []Layer{
		{Name: "environment", Active: true, Detail: "empty but for one setting of the allocator"},
		{Name: "directory", Active: true, Detail: "private, removed with the worker"},
		{Name: "pipe", Active: true, Detail: "the worker ends when the server's end closes"},
		{Name: "engine", Active: true, Detail: "external access off, configuration locked, read-only transactions"},
	}
}
