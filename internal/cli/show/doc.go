// Package show writes answers for people who read them in a terminal or a
// pipe: the table with its bars or sparkline, the sentences around it, and
// what is known of a file.
//
// A Screen knows its width and whether it is a terminal; what it writes is
// otherwise the same everywhere. Strangers' text never reaches a terminal with
// its control characters: they are written as escapes. Start at Screen.Answer.
package show
