package link

// Steps bounds the work on one question by counting it, never by a clock, so
// that the same question always has the same reading. One step is about a
// tenth of a microsecond.
type Steps struct{ left int }

// NewSteps allows n steps.
func NewSteps(n int) *Steps { return &Steps{left: n} }

// Take spends n steps and reports whether there are any left.
func (s *Steps) Take(n int) bool {
	s.left -= n
	return s.left > 0
}

// Spent reports whether no step is left.
func (s *Steps) Spent() bool { return s.left <= 0 }
