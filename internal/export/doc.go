// Package export writes rows as files that other programs read: CSV, XLSX,
// JSON, NDJSON and Parquet.
//
// Rows come in batches and leave as a stream; no format holds more than a
// bounded part of them (Parquet one row group, XLSX spools to a temporary
// file). Write is where to start reading; there is one file per format.
//
// What a format cannot hold exactly is never changed in silence:
//
//   - CSV opens in spreadsheets, which run cells as formulas. A text cell or a
//     column name that begins with one of = + - @, a tab, a line break, NUL or
//     a full-width form of these gets a leading apostrophe; numbers stay
//     numbers. Options.RawText switches that off. A null is an empty field, an
//     empty text is "".
//   - XLSX holds 15 digits of a number, no zone, and no dates before March
//     1900. Longer numbers and earlier dates become text; a time with an
//     offset becomes UTC and its format shows a Z; a ratio is shown as a
//     percentage. Text beyond 32,767
//     characters is cut and ends in a mark that says so. More rows or columns
//     than a sheet has are errors.
//   - JSON is {"name", "columns": [{"name", "type", "nullable"}], "rows":
//     [[...]], "row_count"}: rows are arrays, so that columns of the same name
//     stay apart. NDJSON is one object per row; columns of the same name get
//     " (2)", " (3)". A float that is no number is the text
//     NaN, Infinity or -Infinity.
//   - Parquet is typed and compressed with zstd. A decimal column takes its
//     scale, a datetime column its zone, from the first row group; a later
//     value that does not fit is an error.
//
// It imports only words (fault, table, a unit of plan), besides the libraries
// of its formats.
package export
