// Package sheet is what spreadsheets of every make have in common: workbooks
// of sheets that give their rows one after the other, cells with a kind and a
// plain text, number formats and what they say about a number, and serial
// numbers that are dates.
//
// The readers (xlsx, xls, ods) produce it from bytes; the importer makes
// tables of it. Nothing here opens files or knows tables.
package sheet
