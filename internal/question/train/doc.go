// Package train makes the weights by which the confidence of a reading is
// judged (sure, in internal/question/rank/weights.txt). Questions are made
// from meanings: plans are sampled over the schemas of testdata/schemas.txt
// and said as people say them, with the words they leave out, mistake and add.
// Each is read; whether the first reading is the meaning, and what the reading
// was unsure of, is what is learned from.
//
// No question of a public set is looked at. One command samples the questions,
// keeps what their readings were unsure of in testdata/examples.txt, and writes
// the weights that these give:
//
//	make train
//
// Tests keep that the kept examples are of the questions that are sampled, that
// they give the shipped weights, that these give the shipped scores, and that
// what is sure is right. The examples are of the engine as it was: where it
// changes, learning again is a choice, and seen in both files. Doubts that no
// sample has keep the prior of learn_test.go: those of joined tables, of what
// goes on from an answer, and of results. Start at generate_test.go.
package train
