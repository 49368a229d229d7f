// Package evalset measures the question engine on sets of public questions:
// it loads their tables into an engine in this process, understands, compiles
// and runs every question, and counts right, wrong, wrong with high
// confidence, clarified and refused answers. The questions are for measuring
// only; no rule may name one of them.
//
// It is run by its test: go test ./internal/question/evalset -run Eval -set spider1
package evalset
