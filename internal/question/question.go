package question

// Understand reads a question. It never fails: what cannot be understood is a
// Refusal in the outcome.
func Understand(in Input) Outcome { return Outcome{Refusal: &Refusal{Code: "not_built"}} }

// Decide chooses with what the probes found; results are in the order of
// outcome.Probes and may be fewer.
func Decide(o Outcome, results []ProbeResult) Decision {
	return Decision{Status: Refused, Refusal: o.Refusal}
}

// Suggest gives up to n questions that would work on the catalog, best first.
func Suggest(in Input, n int) []string { return nil }
