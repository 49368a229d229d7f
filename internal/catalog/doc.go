// Package catalog says what a session's tables are called and look like, in
// the words that understanding a question needs: columns with roles, synonyms
// and statistics, the values that occur in them, and how tables join.
//
// It is pure: dataset fills a Catalog from what it stored, question reads it.
// Start at Catalog, then Table, then Index (the values).
package catalog
