// Package eval measures how well questions are understood: it reads sets of
// questions with their answers, asks them, compares, and counts.
//
// Files of questions come in and are recognised by what they hold: the golden
// files of this project, and the layouts of the public sets Spider, GeoQuery,
// nvBench, WikiTableQuestions and SQA (Load). They are asked in a House, which
// is the whole product (Product) or an engine of a test's own (Run). Counts by
// set and category go out, as a table, as JSON, and as a score that is kept in
// the repository, so that a better or worse engine is seen in review (Score).
//
// The rules of comparison are in compare.go: columns may be extra or
// reordered, rows are a multiset or a list, numbers are equal within rounding.
//
// Nothing here knows an engine's driver, and no rule of the product may know
// a question, table or value of a set.
package eval
