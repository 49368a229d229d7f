// Command bench measures what people wait for and prints ratios against a
// bare DuckDB program, both alternating in one run on the same machine:
//
//	go run ./bench -server bin/tabletalk FILE.csv [SMALL.csv]
//
// It starts the server itself on a free port with a data directory of its own.
// With -baseline URL another server with the same wire contract takes its
// turns too. Medians of -rounds rounds; nothing here passes or fails.
package main
