// Package sheettest holds what every reader of spreadsheets must keep,
// whatever bytes it is given: tests and fuzz targets of the readers call Walk.
package sheettest
