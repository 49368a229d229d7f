// Package agent lets a language model read a question about data, and takes
// no number from it. Reader.Ask (reader.go) is the loop: a prompt that stays
// the same as long as the data does (prompt.go, card.go), tools by which the
// model proposes plans and looks values up (tools.go), and the text of the
// answer, in which every number is a reference to a cell of a result that was
// computed here (refs.go, verify.go).
//
// What may be sent is decided by an Egress (egress.go): the model sees a copy
// of the catalog that holds no more than that, and identifiers of people are
// replaced on the way out (mask.go). What a question may cost is a Budget
// (budget.go). Whatever goes wrong is an error with a code: the caller has an
// answer without a model, always.
//
// It imports no store and no engine: plans are computed by the Data of a Task.
package agent
