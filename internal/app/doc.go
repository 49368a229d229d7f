// Package app puts the house together: a configuration comes in, a running
// program goes out. It is the only package that names implementations.
//
// New builds everything in order and starts the engine; Serve answers HTTP
// until its context ends; Close takes everything down again. The command line
// and the tests use the same App; a command that needs no server uses its
// Sessions, Datasets, Conversations and Exports and never calls Serve.
package app
