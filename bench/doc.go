// Command bench measures what people wait for, prints each figure beside its
// limit, and compares with a bare DuckDB program that takes its turns in the
// same run, for a busy machine is unfair to both alike:
//
//	go run ./bench -server bin/tabletalk [FILE.csv ...]
//
// It starts the server itself, on a free port with a data directory of its
// own. Every file is uploaded -rounds times, a small one more often, and read
// by the reference as often; the largest CSV answers the questions of ask.go.
// Without a file it makes two of orders, of 1 MB and of a million rows; with
// -formats these also as JSON, NDJSON, Parquet and XLSX. A file is compared by
// its kind (kind.go): CSV, JSON and NDJSON with the engine alone, XLSX with
// pandas and openpyxl where Python has them, Parquet with a copy.
//
// Before each turn the server comes to rest: the profile of the last upload
// and the next process being made ready are not the next upload's. Each upload
// of lines lacks one line more than the last, for what was seen before is not
// stored again.
//
// With -baseline URL another server with the same wire contract, accounts
// included, takes its turns with the uploads. The one that comes with the
// project's design (-shared) takes part by itself, in its fair variant, where
// Redis, PostgreSQL and its Python packages are there. A small file may take
// as long as there.
//
// Figures are medians unless the row says otherwise; behind a duration the
// best of the rounds tells what the machine's other work adds. With -strict a
// figure over its limit is a failure.
//
// The processor time beside a duration tells more than that on a busy machine.
//
// report.go is the table that is printed, reference.go the bare program,
// server.go the process under measurement, upload.go and ask.go the work.
package main
