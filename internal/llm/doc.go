// Package llm is the contract with language models, whoever serves them.
//
// A Provider answers one Request with one whole Response, or with an Error
// that says what went wrong and whether asking again can help; there is no
// half an answer. Steady makes a provider patient: it asks again, waits where
// the server says so, and leaves a server alone that keeps failing. Models
// tells what a model can do and costs; that is a data file, for it ages.
//
// What is sent is told at the one place where bytes leave the machine: Record
// puts a listener into a context, and the ledger of an answer is what it heard.
//
// The rooms below: wire guards streams of both formats, anthropic and openai
// are the two formats, agent holds the conversation with a model about data,
// llmtest is a strict server for tests. A model never gives numbers: it
// proposes plans, and everything that a person sees was computed.
package llm
