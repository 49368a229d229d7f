// Package session is the noun that holds a person's work: a data session with
// its files, conversations and questions, a name and a day on which it ends.
// Deleting a session, or its expiry, takes everything it owns along.
package session
