// Package job is the noun for work that goes on while nobody waits: reading a
// large upload, looking closely at a large table. A job is a row of the
// product's own database; a Runner of any node takes it, tells how far it is,
// and ends it. A job whose process died is taken again.
//
// Start reading at Runner.
package job
