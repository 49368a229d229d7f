// Package sheetml reads Excel workbooks that are one XML document, the form of
// 2003, for their cells. Start reading in Open.
//
// The document is scanned front to back, once for the list of sheets and again
// for each sheet that is read. Document types and entities are not read, and a
// damaged or hostile file is a sheet.Problem, never a panic.
package sheetml
