// Package plantest makes plans for property tests: Valid ones over a catalog,
// which must validate, compile and run, and Wild ones, of which nothing is
// known but that they are plans.
package plantest
