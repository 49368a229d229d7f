// Package xlsx reads Excel workbooks in Office Open XML, also with macros, in
// the strict form of the standard and with binary parts (XLSB), for their
// cells: a scanner of bytes over the parts of the ZIP archive, which never
// builds a tree. Start reading in Open.
//
// What a file may unpack to is bounded (Limits), document types and entities
// are not read, and a damaged or hostile file is a sheet.Problem, never a panic.
package xlsx
