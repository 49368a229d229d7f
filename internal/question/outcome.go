package question

import (
	"time"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/rank"
	"tabletalk/internal/table"
)

// Input is a question with everything needed to understand it.
type Input struct {
	Text     string
	Catalog  *catalog.Catalog
	History  []Turn    // earlier turns of the conversation, oldest first
	Now      time.Time // the clock for relative dates, in the workspace's zone
	Settings Settings
	schema   *link.Schema // of the catalog, where several questions are read over it; nil where it is not made yet
}

// Settings are the conventions of a workspace.
type Settings struct {
	WeekStart   time.Weekday // Monday where zero is wanted as Monday: see DefaultSettings
	FiscalStart time.Month   // first month of the fiscal year
	MaxChars    int          // max-question-chars: of a question; zero is UsualChars
}

// DefaultSettings are Monday weeks and a fiscal year that is the calendar's.
func DefaultSettings() Settings {
	return Settings{WeekStart: time.Monday, FiscalStart: time.January}
}

// Turn is an earlier answered question: what follow-ups edit and refer to.
type Turn struct {
	Text string
	Plan *plan.Plan
	Keys []Key      // what "those" and "the first one" mean
	Sure Confidence // of its answer; empty where it is not known
}

// Key is a group key of an answer with its values, in the answer's order.
type Key struct {
	Column plan.Col
	Type   table.Type
	Values []table.Value // at most MaxKeys
	Cut    bool          // the answer has more of them
}

// Outcome is what understanding found, before the data was asked anything.
// Exactly one of Readings, Meta, Asks and Refusal says what it is.
type Outcome struct {
	Intent   string         // classification: aggregate, rank, filter, trend, compare, share, list, schema, meta, unclear ...
	Readings []Reading      // distinct plans, best first
	Meta     Meta           // a question about the conversation itself
	Asks     *Clarification // what must be said first
	Refusal  *Refusal
	Words    []Word // every word of the question and what became of it
	Probes   []Probe
}

// Reading is one way to understand the question.
type Reading struct {
	Plan        *plan.Plan
	Score       int
	Confidence  Confidence
	Reasons     []string // why the confidence is not higher, in words
	Features    []string // names of what the confidence was judged by: for training and measuring
	Assumptions []Assumption
	Ignored     []string     // content words that the plan does not use
	Edit        string       // what it changed in the plan before, in words; empty for a question of its own
	Label       string       // of an option, where a shorter name than the plan in words is known
	judged      *rank.Judged // what its result is heard by: see Seen
}

// Confidence is how sure a reading is.
type Confidence string

// The levels.
const (
	High   Confidence = "high"
	Medium Confidence = "medium"
	Low    Confidence = "low"
)

// Assumption is something the question did not say and the reading supplied.
type Assumption struct {
	Code         string // default_measure, default_aggregate, default_date, default_grain, default_order, default_limit, spelling, value_column, ...
	Text         string // one sentence
	Span         *plan.Span
	Alternatives []Alternative
}

// Alternative is the same question read otherwise at one point.
type Alternative struct {
	Label string
	Plan  *plan.Plan
}

// Meta is a request about the conversation.
type Meta string

// The meta requests.
const (
	MetaNone    Meta = ""
	MetaExplain Meta = "explain" // how was that calculated?
	MetaUndo    Meta = "undo"
	MetaReset   Meta = "reset"
	MetaHelp    Meta = "help"
)

// Refusal says why there is no answer and what would work instead.
type Refusal struct {
	Code   string   // unknown_words, vague, not_a_question, read_only, empty, too_long, ...
	Reason string   // one sentence
	Words  []string // the words that could not be tied to the data
	Near   []string // names of columns and values that are near them
	Try    []string // questions that would work on this data
}

// Word is a span of the question tied to something.
type Word struct {
	Span plan.Span `json:"span"`
	Text string    `json:"text"`
	Kind string    `json:"kind"` // column, value, metric, filter, number, date, aggregate, comparator, order, group, logic, frame, followup, chart, noise, unknown
	Refs []string  `json:"refs,omitempty"`
}

// Probe asks what a plan's result is. Understand asks for at most four, and
// only where the answer may change the decision.
type Probe struct {
	Reading int // index into Readings
	Plan    *plan.Plan
}

// ProbeResult answers the probe of the same index.
type ProbeResult struct {
	Empty  bool
	Digest string // equal for equal results; empty where that is not known
}

// Status is how a question ends.
type Status string

// The ends.
const (
	Answered Status = "answered"
	Clarify  Status = "clarify"
	Refused  Status = "refused"
)

// Decision is what to do: answer with a reading, ask, or refuse.
type Decision struct {
	Status   Status
	Reading  *Reading  // the answer
	Question string    // when asking
	Options  []Reading // two to four when asking, most likely first
	Refusal  *Refusal
}
