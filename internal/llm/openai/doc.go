// Package openai speaks the chat completions format, which llama.cpp, Ollama,
// vLLM, LM Studio and many services serve, with a light library for its types
// and stream. Servers differ, so what they do differently is put right here:
// ids that are missing or repeat, arguments that are double-encoded, calls in
// a text that ends as if there were none, thoughts in the text, and counts of
// tokens that never come. An answer counts when a reason for its end was seen.
package openai
