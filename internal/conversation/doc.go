// Package conversation is where a question becomes an answer. Ask (ask.go)
// tells the whole story in one function, and the files follow it: begin finds
// the data and the thread, or branches it; recall looks for the same answer
// (keep.go); understand reads, probes and decides; compute runs the plan, says
// and draws (compute.go) and prices what else could have been meant
// (alternatives.go); keep stores the answer and begins the conversation.
//
// Where a language model is set, it may read the question as well: consult.go
// asks it after the reading without one, weigh.go decides between the two,
// door.go tells what it may be sent and what was (model.go names its parts).
//
// Beside the story stand requests about the conversation itself (meta.go),
// answers computed again (again.go), estimates of periods to come
// (forecast.go), what people think of answers and what is learned from that
// (learn.go), and the words of a question (words.go).
//
// It owns conversations and their questions; it computes nothing itself:
// question reads, plan and sqlgen say what to compute, an Engine computes,
// chart and explain show.
package conversation
