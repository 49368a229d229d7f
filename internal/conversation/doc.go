// Package conversation is where a question becomes an answer. Ask tells the
// whole story in one function: understand, probe, decide, compile, run, chart,
// explain, keep. Start reading there.
//
// It owns conversations and their questions; it computes nothing itself:
// question reads, plan and sqlgen say what to compute, an Engine computes,
// chart and explain show.
package conversation
