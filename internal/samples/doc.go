// Package samples holds the tables that come with the program, so that a
// first start has something to ask about: the order lines of an invented home
// and garden shop, and its customers.
//
// The data is made up by generate.go, always the same, and embedded as the
// CSV files beside it (go test -run Generator -update writes them again). It has what real
// data has: orders of several lines, seasons, growth, a region that loses
// ground, returns, empty fields. Standard library only.
package samples
