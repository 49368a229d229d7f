// Package cli is the command line: it reads arguments, environment and
// settings, runs one command, and gives the exit status.
//
// Arguments, environment and the three streams come in, so that tests run the
// same code as main. Run is where to start; there is one file per command,
// package show writes what a person reads. Only bench.go knows the assembled
// program.
//
// Exit statuses: 0 answered, 1 an error, 2 a question back, 3 refused.
package cli
