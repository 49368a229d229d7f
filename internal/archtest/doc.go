// Package archtest holds the rules of the house as tests: which package may
// import which, a doc.go in every package, sizes, and a few words that do not
// belong in a finished program. A failure says the reason.
//
// Start at layers.go, the table of layers: a new package needs a line there.
package archtest
