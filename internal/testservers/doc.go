// Package testservers starts real PostgreSQL and Redis servers for tests and
// ends them with the test. Nothing is faked and nothing listens on a port of
// the machine: both speak over sockets in a private folder.
//
// A machine without a server skips the test with one line; with CI=true that
// is a failure. Tests only; start reading at Postgres.
package testservers
