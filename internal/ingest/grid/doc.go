// Package grid finds the tables on a sheet: where they begin and end, which
// rows are their header, what stands before, beside and below them, and what
// the number formats say about their columns. In goes a sheet's rows, read
// once; out comes a Layout, by which the rows are read again as tables.
//
// Blank rows and blank columns separate; a blank row inside a table does not,
// when what follows is like what came before. Start reading in Find.
package grid
