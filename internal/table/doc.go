// Package table holds the words that readers of files, engines and answers
// share: types, columns, values and rows.
//
// A value is one of: nil, bool, int64, float64, Exact, or string. Dates,
// datetimes and times are strings in ISO form ("2024-01-31",
// "2024-01-31 10:00:00", with an offset where the column has a zone,
// "10:00:00"), so that a row is ready for JSON, for a screen and for a file
// without a time zone of the machine getting in. For the same reason a float
// that is no number is one of the strings NaN, Infinity and -Infinity: Number
// takes it for none, FloatOf gives it back. Standard library only.
package table
