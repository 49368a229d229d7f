// Package train makes the weights by which the confidence of a reading is
// judged (sure, in internal/question/rank/weights.txt). Questions are made
// from meanings: plans are sampled over the schemas of testdata/schemas.txt
// and said as people say them, with the words they leave out, mistake and add.
// Each is read; whether the first reading is the meaning, and what the reading
// was unsure of, is what is learned from.
//
// No question of a public set is looked at. The same seed gives the same
// weights:
//
//	make train
//
// The tests keep that the shipped weights give the shipped scores, and that
// what is sure is right. Start at generate_test.go.
package train
