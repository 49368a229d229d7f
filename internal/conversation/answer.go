package conversation

import (
	"context"
	"encoding/json"
	"time"

	"tabletalk/internal/plan"
	"tabletalk/internal/question"
	"tabletalk/internal/table"
)

// Request is one question to a session.
type Request struct {
	Workspace      string
	SessionID      string
	ConversationID string // empty begins a new conversation
	Edits          string // an earlier question that this one stands in for, in a new conversation that begins as that one did
	Text           string
	Plan           *plan.Plan // an option or alternative posted back: asked instead of Text
	Now            time.Time  // zero means the clock
	Reader         string     // auto, offline, model
	Person         string     // who asks; may be empty
	NoCache        bool
}

// Answer is the answer document, as the API and the CLI give it.
type Answer struct {
	QueryID        string          `json:"query_id"`
	ConversationID string          `json:"conversation_id"`
	SessionID      string          `json:"session_id"`
	Query          string          `json:"query"`
	Status         question.Status `json:"status"`
	Intent         string          `json:"intent,omitempty"`
	Result         *Result         `json:"result,omitempty"`
	Explanation    string          `json:"explanation"`
	Confidence     string          `json:"confidence,omitempty"`
	Reasons        []string        `json:"reasons,omitempty"` // why the confidence is not higher
	Assumptions    []Assumption    `json:"assumptions"`
	Ignored        []string        `json:"ignored"`
	Notes          []string        `json:"notes"` // nulls left out, partial periods, cut results
	Question       string          `json:"question,omitempty"`
	Options        []Option        `json:"options,omitempty"`
	Reason         string          `json:"reason,omitempty"`
	Words          []string        `json:"words,omitempty"`
	Near           []string        `json:"near,omitempty"`
	Try            []string        `json:"try,omitempty"`
	Followups      []string        `json:"followups,omitempty"`
	Spans          []question.Word `json:"spans,omitempty"`
	SQL            string          `json:"sql,omitempty"`
	Plan           *plan.Plan      `json:"plan,omitempty"`
	PlanText       string          `json:"plan_text,omitempty"`
	Nameable       []Nameable      `json:"nameable,omitempty" doc:"Parts of the answer that can be given a name"`
	Chart          json.RawMessage `json:"chart,omitempty"`
	Reader         string          `json:"reader" doc:"Who read the question: offline, model; sql where a person wrote it"`
	Model          *Consulted      `json:"model,omitempty"`
	Other          *Other          `json:"other,omitempty" doc:"How else the question was read"`
	Notices        []Notice        `json:"notices,omitempty"`
	Cached         bool            `json:"cached"`
	ElapsedMS      int64           `json:"elapsed_ms"`
	Provenance     Provenance      `json:"provenance"`
	Follows        bool            `json:"follows,omitempty"` // changes the answer before it, and says little alone
	Feedback       string          `json:"feedback,omitempty"`
	CreatedAt      time.Time       `json:"created_at"`
}

// Result is the rows of an answer.
type Result struct {
	Columns   []ResultColumn  `json:"columns"`
	Rows      [][]table.Value `json:"rows"`
	RowCount  int64           `json:"row_count"` // rows in all, not only those here; -1 if unknown
	Truncated bool            `json:"truncated"`
}

// ResultColumn is a column of a result.
type ResultColumn struct {
	Name string     `json:"name"`
	Type table.Type `json:"type"`
	Unit *string    `json:"unit"`
}

// Assumption is a question.Assumption whose alternatives were executed.
type Assumption struct {
	Code         string        `json:"code"`
	Text         string        `json:"text"`
	Span         *plan.Span    `json:"span,omitempty"`
	Alternatives []Alternative `json:"alternatives"`
}

// Alternative is another reading with its price: the value it would give.
type Alternative struct {
	Label     string  `json:"label"`
	ValueHint string  `json:"value_hint,omitempty"`
	Patch     []Patch `json:"patch"` // RFC 6902, on the answer's plan
}

// Plan is the other reading itself; nil where there is none.
func (a Alternative) Plan() *plan.Plan {
	if len(a.Patch) == 0 {
		return nil
	}
	return a.Patch[0].Value
}

// Patch is one operation of RFC 6902. Ours replace the whole plan.
type Patch struct {
	Op    string     `json:"op"`
	Path  string     `json:"path"`
	Value *plan.Plan `json:"value,omitempty"`
}

// Option is one answer to a clarification, to be posted back as plan.
type Option struct {
	Label     string     `json:"label"`
	ValueHint string     `json:"value_hint,omitempty"`
	Plan      *plan.Plan `json:"plan"`
}

// Provenance says what an answer was computed from.
type Provenance struct {
	Tables []Source `json:"tables"`
	Engine string   `json:"engine"`
	Now    string   `json:"now"` // the clock that relative dates were read with
}

// Source is one table behind an answer.
type Source struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Rows   int64  `json:"rows"`
}

// Event is a step of an answer while it is made; Type is one of status, plan,
// sql, result, text, assumption, clarify, usage, done, error.
type Event struct {
	Type string
	Data any
}

// Conversation is a thread of questions.
type Conversation struct {
	ID        string    `json:"id"`
	SessionID string    `json:"session_id"`
	Name      string    `json:"name"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// Kept is an answer with what "those" means after it.
type Kept struct {
	Answer Answer         `json:"answer"`
	Keys   []question.Key `json:"keys"`
}

// Turn is an earlier answered question of a conversation. One without a plan
// is where the conversation was started over.
type Turn struct {
	QueryID string
	question.Turn
}

// Store is what conversations need of a database.
type Store interface {
	Past
	Keeper
}

// Past is what was asked before.
type Past interface {
	Conversation(ctx context.Context, sessionID, id string) (*Conversation, error)
	// Turns gives the answered questions of a conversation, oldest first, at
	// most the last limit of them.
	Turns(ctx context.Context, conversationID string, limit int) ([]Turn, error)
	Query(ctx context.Context, workspace, id string) (*Answer, error)
	// Before gives the answers of a conversation before one of them, oldest
	// first, at most the last limit of them and those that fit in memory well.
	Before(ctx context.Context, workspace, queryID string, limit int) ([]Kept, error)
}

// Keeper keeps answers and what people think of them.
type Keeper interface {
	// BeginConversation keeps a new conversation with its first answers, all
	// or nothing.
	BeginConversation(ctx context.Context, workspace string, c Conversation, first ...Kept) error
	// AddQuery keeps an answer and touches its conversation.
	AddQuery(ctx context.Context, workspace string, k Kept) error
	SetFeedback(ctx context.Context, workspace, id, feedback string) error
}
