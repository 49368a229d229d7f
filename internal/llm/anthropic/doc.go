// Package anthropic speaks the Messages format, with the vendor's own library
// for its types. The library's retries are off, its environment is not read,
// and its word that a stream has ended is not taken: an answer counts when
// message_stop was seen and every block was closed.
package anthropic
