// Package audit is the book of who did what to which object, and how that
// ended: logins, changes, exports, refusals. Rows are added and read, never
// changed, which the database sees to; they go when their time is over. Nothing that people typed is in it, and no secrets: ids only.
//
// Start reading at Book.
package audit
