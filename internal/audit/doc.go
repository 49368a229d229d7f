// Package audit is the book of who did what to which object, and how that
// ended: logins, changes, exports, refusals. Rows are added and read, never
// changed. Nothing that people typed is in it, and no secrets: ids only.
//
// Start reading at Book.
package audit
