// Package rank scores drafts of plans and says how surely each is what was
// meant. Scores are whole thousandths with hand-set weights, so that the same
// question has the same order of readings on every machine.
//
// Coverage decides confidence first: a draft that leaves a content word out is
// never highly confident. Beside that the doubts of features.go decide
// together, with weights that package train learns. Start at Rank.
package rank
