// Package parse makes plans of a question whose words were tied to a catalog.
//
// A question is read within a scope: one table, or tables that are joined. In
// a scope the spans of the question are cut into nodes (segment.go), rules of
// a few families join nodes into fragments (rules.go names the families; each
// has a file), and what is left is collected into a Sketch, of which one plan
// is built (build*.go). Only six things may be invented: measure, aggregate,
// date column, grain, order and limit; each becomes an Assumption.
//
// Start at Readings.
package parse
