// Package xls reads the Excel workbooks of 1993 to 2003 (BIFF5, BIFF7 and
// BIFF8 in a compound file) for their cells. Start reading in Open.
//
// The records of a workbook are held in memory, which is no more than the
// file; the cells are given row by row. A damaged or hostile file is a
// sheet.Problem, never a panic.
package xls
