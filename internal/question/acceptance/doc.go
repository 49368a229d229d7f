// Package acceptance measures the question engine against 150 questions of an
// analyst, independently of the plan compiler: every question has reference
// SQL written by hand from what the question means, three other wordings, and
// one question that looks alike and must be read otherwise.
//
// The questions are in testdata, one file per family, in the format that
// questions_test.go describes. They are asked over made tables in a base
// version and in five others, in which the usual wrong readings give other
// rows: more lines per order, many nulls, losses, revenue of zero, other
// seasons. An answer is right when its rows equal a reference in all of them.
//
// The result is testdata/score.txt. The test fails where it changes, so that
// a better or worse engine is seen in review; rewrite it with
//
//	go test ./internal/question/acceptance -update
package acceptance
