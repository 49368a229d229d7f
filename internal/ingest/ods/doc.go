// Package ods reads OpenDocument spreadsheets for their cells. Start reading
// in Open.
//
// The content of a document is held in memory, within a limit; the cells are
// given row by row. A damaged or hostile file is a sheet.Problem, never a
// panic.
package ods
