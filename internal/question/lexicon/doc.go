// Package lexicon holds the words of the language as text files that a person
// can review: operators and function words, adjectives with the columns they
// measure, synonyms, abbreviations and aliases of places.
//
// It knows no schema. Start at English, then the files in en/.
package lexicon
