// Package storetest is the suite that every database of package store passes:
// what a Store promises, as tests. A database runs it with Run.
package storetest
