// Package golden compares what a test got with the file that keeps what is
// wanted. A test run with -update writes these files again; the difference is
// then looked at like any other change. Only tests import it.
package golden
