// Package llmtest is a server of language models for tests: strict, scripted
// and as awkward as one likes. It speaks both formats on one address and
// refuses what the real servers refuse, so that a mistake in a request fails
// a test and not a person. What it answers is said by a Persona, a function
// from a decoded Call to a Reply; personas.go has some that try our
// guard-rails, script.go reads one from text, and a Fault spoils a reply on
// its way.
package llmtest
