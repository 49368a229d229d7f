package evalset

import "tabletalk/internal/eval"

// Matches reports whether some choice of got's columns equals want, as the
// evaluation of the product compares them.
func Matches(got, want [][]any, ordered bool) bool { return eval.Matches(got, want, ordered) }
