// Package wire is the one way by which requests leave the machine for a
// language model. Client is what both formats send with: it tells
// what is sent before it is sent, follows no redirect, gives up on a server
// that says nothing for too long or too much, and takes nothing for an answer
// that is none. Every failure comes out as an *llm.Error, so that the formats
// above need not know about HTTP.
package wire
