package definition

import (
	"context"
	"strings"
	"time"

	"tabletalk/internal/catalog"
	"tabletalk/internal/question/text"
	"tabletalk/internal/session"
)

// Kind says what a definition teaches.
type Kind string

// The kinds.
const (
	Synonym   Kind = "synonym"   // Phrase is another name of Table, of its Column, or of the Value in it
	Metric    Kind = "metric"    // Phrase is Text, an expression over groups of rows
	Filter    Kind = "filter"    // Phrase is Text, a condition on rows
	Column    Kind = "column"    // Role, Aggregate, Hidden and Private of a column
	Answer    Kind = "answer"    // the question Phrase is answered with the plan Text
	Forbidden Kind = "forbidden" // Phrase never means Column
)

// Scope says which sessions a definition is for.
type Scope string

// The scopes.
const (
	ThisSession Scope = "session"
	Everywhere  Scope = "workspace"
)

// Meaning is what people write of a definition.
type Meaning struct {
	Kind      Kind         `json:"kind" enum:"synonym,metric,filter,column,answer,forbidden"`
	Scope     Scope        `json:"scope,omitempty" enum:"session,workspace" default:"session" doc:"Which sessions it is for"`
	Phrase    string       `json:"phrase,omitempty" doc:"The word, or of an answer the whole question"`
	Table     string       `json:"table,omitempty" doc:"May be left out where only one table can be meant"`
	Column    string       `json:"column,omitempty"`
	Value     string       `json:"value,omitempty" doc:"Of a synonym: the value of the column that the phrase stands for"`
	Text      string       `json:"text,omitempty" doc:"Of a metric and a filter the expression, of an answer the plan, as text" example:"sum(revenue) / count(distinct order_id)"`
	Role      catalog.Role `json:"role,omitempty" enum:"id,measure,rate,price,dimension,time,geo,url,text,flag"`
	Aggregate string       `json:"aggregate,omitempty" enum:"sum,avg,median,min,max" doc:"How a column is summed up where a question does not say"`
	Hidden    bool         `json:"hidden,omitempty" doc:"The column is not asked about"`
	Private   bool         `json:"private,omitempty" doc:"A language model never learns of the column"`
}

// Change is a part of a Meaning: what is not given stays as it is.
type Change struct {
	Phrase    *string       `json:"phrase,omitempty"`
	Table     *string       `json:"table,omitempty"`
	Column    *string       `json:"column,omitempty"`
	Value     *string       `json:"value,omitempty"`
	Text      *string       `json:"text,omitempty"`
	Role      *catalog.Role `json:"role,omitempty"`
	Aggregate *string       `json:"aggregate,omitempty"`
	Hidden    *bool         `json:"hidden,omitempty"`
	Private   *bool         `json:"private,omitempty"`
}

// Apply makes the change.
func (c Change) Apply(m *Meaning) {
	set(&m.Phrase, c.Phrase)
	set(&m.Table, c.Table)
	set(&m.Column, c.Column)
	set(&m.Value, c.Value)
	set(&m.Text, c.Text)
	set(&m.Role, c.Role)
	set(&m.Aggregate, c.Aggregate)
	set(&m.Hidden, c.Hidden)
	set(&m.Private, c.Private)
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// Definition is something that people taught.
type Definition struct {
	ID string `json:"id"`
	Meaning
	Workspace string    `json:"-"`
	SessionID string    `json:"session_id,omitempty"` // empty for all sessions of the workspace
	Shape     string    `json:"-"`                    // of an answer: the columns that its plan was confirmed over
	Fits      bool      `json:"fits"`                 // false where the session has no such table or column (any more)
	Says      string    `json:"says,omitempty" doc:"Of an answer: what its plan computes, in words"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// Key is what makes a definition the same as another one of its scope: a
// phrase has one meaning over a table, a column one description.
func (d *Definition) Key() string {
	phrase := catalog.Phrase(d.Phrase)
	switch d.Kind {
	case Synonym, Metric, Filter:
		return strings.Join([]string{"says", d.Table, words(d.Phrase)}, "\x1f")
	case Forbidden:
		return strings.Join([]string{"forbidden", d.Table, d.Column, words(d.Phrase)}, "\x1f")
	case Column:
		return strings.Join([]string{"column", d.Table, d.Column}, "\x1f")
	}
	return strings.Join([]string{"answer", d.Shape, phrase}, "\x1f")
}

// words folds a phrase as the words of a question are: lower case, singular.
func words(phrase string) string {
	var out []string
	for _, t := range text.Tokenize(phrase) {
		out = append(out, t.Base)
	}
	return strings.Join(out, " ")
}

// Store is what definitions need of a database. A missing session is
// session_not_found, a missing definition definition_not_found, a second one
// with the same Key in a scope definition_exists. Every change raises the
// version of the sessions that it is for.
type Store interface {
	// AddDefinition stores a definition, unless its scope has limit of them
	// (too_many_definitions).
	AddDefinition(ctx context.Context, d Definition, limit int) error
	Definition(ctx context.Context, workspace, sessionID, id string) (*Definition, error)
	// Definitions lists those of a session and of its workspace, newest first.
	Definitions(ctx context.Context, workspace, sessionID string, p session.Page) (list []Definition, next string, err error)
	ChangeDefinition(ctx context.Context, d Definition) error
	DeleteDefinition(ctx context.Context, d Definition) error
}

// Source gives all definitions that are for a session.
type Source interface {
	AllDefinitions(ctx context.Context, workspace, sessionID string) ([]Definition, error)
}
