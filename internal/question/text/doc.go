// Package text turns a question into tokens: words, numbers, quoted parts and
// marks, each with its place in the question and its folded, singular and
// stemmed form. Names of columns and values pass through the same folding, so
// that both sides of a comparison are made the same way.
//
// It knows the shape of words only, no schema and no grammar. Start at
// Tokenize, then Numbers.
package text
