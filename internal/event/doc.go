// Package event carries what happens in a session to everybody who watches
// it: progress of an upload, steps of an answer, a change of the session.
//
// A Bus keeps the last events of each session, numbered, so that a watcher
// who lost the connection goes on after the number seen last. Events are a
// convenience and never the truth: a watcher who missed some is told so
// (Lost) and reads the state again. In process by default (Local), through
// Redis between nodes by one setting (Redis).
//
// Start reading at Bus, then Local.
package event
