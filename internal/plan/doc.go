// Package plan is a question as a typed tree: what every reader of questions
// ends in and what the one compiler makes SQL of.
//
// A Plan is small and closed. It has a source, a condition, group keys,
// measures, an order and a limit, all written in one expression language
// (Expr). It prints itself as compact text that reads back to the same plan
// (String, Parse), as canonical JSON, and hashes. Validate checks it against a
// catalog and names what would be valid instead.
//
// It is pure and knows no SQL: sqlgen compiles, explain restates.
package plan
