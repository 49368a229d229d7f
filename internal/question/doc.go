// Package question understands a question: text, catalog, the conversation so
// far and the clock go in; ranked readings, a clarification or a refusal come
// out. It is pure: the same input always gives the same outcome.
//
// The way of a question is one page, Understand, and each stage is a package
// below: text (normalise, tokenise), lexicon (the words of the language),
// when (dates and periods), link (words to columns and values), parse
// (fragments, assembly), rank (scores, confidence), followup (edits of the
// plan before). What it cannot know without the data it asks for as probes;
// Decide takes their results and chooses. Golden files are in testdata.
package question
