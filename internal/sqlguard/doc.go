// Package sqlguard says whether a statement may run: one SELECT over allowed
// tables, made of known functions.
//
// Every statement passes it, whoever wrote it: a person, a model, or our own
// compiler. Precheck looks at the text before a parser sees it; Check looks
// at the tree that the engine's own parser made of the text, so that there is
// no second grammar to disagree with the first. Everything is allowed by a
// list (functions.txt and the tables of kinds in check.go): a kind of node,
// a type or a function that no list names is refused.
//
// The package is pure; it knows the shape of DuckDB's serialised statements
// and imports nothing of the engine. Start reading at Check.
package sqlguard
