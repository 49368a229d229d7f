// Package dataset is the noun for what people upload: a file with its receipt,
// the tables read from it, their profiles, and how an upload becomes a table
// that questions can be asked of.
//
// The bytes are kept once, as Parquet under their hash (blob); what is known
// of them is in the Store. Import is where to start reading.
package dataset
