// Package explain says in sentences what a plan asks (Restate) and what its
// result shows and leaves out (Explain), with numbers as people write them.
//
// A restatement is made of the plan only and always in the same words and the
// same order, so that the reader of questions understands it again:
//
//	measures, "by" keys, "where" conditions, period, "with" conditions on
//	results, order
//
// The package is pure: plan, rows and counts go in, text comes out.
package explain
