// Package evalset replays the public sets of questions in an engine in this
// process, which is fast enough to do so after every change of a rule. The
// sets, the comparison and the counts are those of package eval; this package
// is only another house in which they are asked. The questions are for
// measuring; no rule may name one of them.
//
// The score of a fixed twentieth of each set is kept in testdata and compared
// by the tests; that of all sets is written by make eval. For looking at
// single questions:
//
//	go test ./internal/question/evalset -run Eval -v -set spider1 -every 4 -show 20 -only high
//	go test ./internal/question/evalset -run Ask -v -files a.csv,b.csv -ask 'total a by b|and by c'
package evalset
