// Package link ties words of a question to the columns, values and tables of a
// catalog. Tokens and a catalog go in, mentions come out: every plausible tie
// of every span, each with a score that says how surely. It chooses nothing;
// parse does.
//
// Scores are thousandths. Exact names score highest, then singular and plural,
// parts of names, synonyms, and near spellings last. Start at Link.
package link
