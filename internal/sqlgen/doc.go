// Package sqlgen makes SQL of a plan: one SELECT, its arguments, and a form
// with the constants written in, for people.
//
// Compile is the entrance; a Dialect says how one engine spells what engines
// spell differently, and nothing else here knows an engine. Checks makes the
// small companion query that tells what a result leaves out.
//
// Constants are arguments, names are quoted, a divisor of zero gives null,
// periods are half-open, "not" takes nulls in, and every order is completed so
// that the same plan over the same data gives the same rows. The package is
// pure; it expects plans that plan.Validate has accepted.
package sqlgen
