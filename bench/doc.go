// Command bench measures what people wait for, prints each figure beside its
// limit, and compares with a bare DuckDB program that takes its turns in the
// same run, for a busy machine is unfair to both alike:
//
//	go run ./bench -server bin/tabletalk [FILE.csv ...]
//
// It starts the server itself, on a free port with a data directory of its
// own. Every file is uploaded -rounds times and read by the reference as
// often; the largest answers the questions of ask.go. Without a file it makes
// two of orders, of 1 MB and of a million rows.
//
// With -baseline URL another server with the same wire contract, accounts
// included, takes its turns with the uploads. The one that comes with the
// project's design is started in ../shared/bench, in its fair variant:
//
//	CHARDET_SAMPLE=65536 ./start.sh 1
//	go run ./bench -server bin/tabletalk -baseline http://127.0.0.1:8801
//
// Figures are medians unless the row says otherwise; behind a duration the
// best of the rounds tells what the machine's other work adds. With -strict a
// figure over its limit is a failure.
//
// report.go is the table that is printed, reference.go the bare program,
// server.go the process under measurement, upload.go and ask.go the work.
package main
