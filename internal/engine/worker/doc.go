// Package worker runs the engine in processes that can be limited and killed.
//
// The server's side is the Pool: it starts workers ahead of time, gives each a
// set of tables, lets it answer one query at a time, and ends it when it idles,
// overstays its time, or dies. The other side is Main, which the same binary
// runs when it is started as `tabletalk engine-worker`: it shuts itself into
// its sandbox, opens the engine and answers requests on a pair of pipes of its
// own, for a statement can make the engine write to standard output.
//
// pool.go decides who works, process.go is one worker seen from the server,
// main.go and serve.go are the worker's side, wire.go is what goes over the
// pipes, sandbox*.go are the layers around a worker. Start reading at
// Pool.Query.
package worker
