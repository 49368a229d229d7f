// Package definition is the noun of what people teach: other names of columns
// and values, named metrics and filters, what a column is for, answers that
// were confirmed, and phrases that must not mean a column.
//
// A definition belongs to one session, or to all sessions of its workspace. It
// names tables and columns by their names, so that it outlives a file that is
// uploaded again; Teach gives a catalog those that fit it, and leaves out those
// that do not. Service checks what people write against the data of their
// session. Start reading at Definition.
package definition
