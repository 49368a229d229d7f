//go:build cgo

package ingest

// causes tell why files of the corpora are lost, by parts of their paths. They
// are for people who read the score; nothing is judged by them.
var causes = []struct{ in, why string }{
	{"file_no_header", "the expected text keeps the first row as a header, which it is not"},
	{"row_less_sep_row0_col7", "the header has one name too few: the names are taken to begin at the second column, as R writes tables"},
	{"ResultsOR", "an empty last column, which is dropped, is expected"},
	{"Resultsgk06", "an empty last column, which is dropped, is expected"},
	{"W44out.csv", "three tables of different widths stand below one another in one text"},
	{"vissim_data", "every line ends in a delimiter: the empty last column is dropped, and expected"},
	{"Travel-Stationery", "two tables stand below one another, with titles and totals between them"},
	{"Water_consumption", "a header of two rows above one row of values"},
	{"epcs-dwp", "the title above the header, and an empty last column, are expected"},
	{"ministers-overseas", "the expected text has quotes and dashes that the file has lost"},
	{"permanent_secretary", "several tables stand below one another in one text, under a header of three lines"},
	{"pssave_traindata", "names of columns are expected that the file does not have"},
	{"bom-utf-16-be", "the corpus gives its text by a decoder that ignores the mark"},
	{"plane1-utf-32le", "UTF-32 without a mark"},
	{"chardet#", "too little text to tell this encoding from a near one"},
	{"LONumbers", "the program that saved it wrote dates where the other file has numbers, or empty cells with a format"},
	{"number_format_russian.xml", "the file has a date where the other has a number"},
	{"comments_stress_test.xlsx.xml", "the program that saved it could not compute the formula"},
	{"large_string_map", "one text of 2 GiB: more memory than a worker has"},
	{"shredded_variant", "the engine does not read a variant that leaves out a part"},
	{"example_r.ndjson", "objects one behind the other on one line are neither JSON nor lines of JSON"},
}
