package api

import (
	"context"
	"strings"
	"time"

	"tabletalk/internal/catalog"
	"tabletalk/internal/conversation"
	"tabletalk/internal/fault"
	"tabletalk/internal/session"
)

// empty is an answer without a body: 204.
type empty struct{}

// PageInput asks for a part of a list, newest first.
type PageInput struct {
	Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"200"`
	Cursor string `query:"cursor" maxLength:"500" doc:"The next_cursor of the page before"`
}

func (p PageInput) page() session.Page { return session.Page{Limit: p.Limit, Cursor: p.Cursor} }

// list is a part of a list.
type list[T any] struct {
	Items []T    `json:"items" doc:"Newest first"`
	Next  string `json:"next_cursor,omitempty" doc:"Asks for the next page; missing on the last one"`
}

type listOutput[T any] struct{ Body list[T] }

func listed[T any](items []T, next string, err error) (*listOutput[T], error) {
	if err != nil {
		return nil, err
	}
	return &listOutput[T]{Body: list[T]{Items: orEmpty(items), Next: next}}, nil
}

// orEmpty makes an empty list of none, for JSON.
func orEmpty[T any](v []T) []T {
	if v == nil {
		return []T{}
	}
	return v
}

type sessionOutput struct{ Body *session.Session }

// oneSession gives a session with what the asker may do with it.
func oneSession(ctx context.Context, v *session.Session, err error) (*sessionOutput, error) {
	if err != nil {
		return nil, err
	}
	if r := visitOf(ctx).right; r != session.None && v.Role == "" {
		shown := *v
		shown.Role = r.Role()
		v = &shown
	}
	return &sessionOutput{Body: v}, nil
}

type createSessionInput struct {
	Key  string `header:"Idempotency-Key" maxLength:"200"`
	Body *struct {
		Name string `json:"name,omitempty" maxLength:"200"`
	}
}

func (s *Server) createSession(ctx context.Context, in *createSessionInput) (*sessionOutput, error) {
	name := ""
	if in.Body != nil {
		name = strings.TrimSpace(in.Body.Name)
	}
	v, err := s.sessions.Create(ctx, who(ctx).Workspace, who(ctx).ID, name)
	return oneSession(ctx, v, err)
}

func (s *Server) listSessions(ctx context.Context, in *PageInput) (*listOutput[session.Session], error) {
	return listed(s.sessions.List(ctx, who(ctx).Workspace, who(ctx).person(), in.page()))
}

type sessionInput struct {
	ID string `path:"id"`
}

func (s *Server) session(ctx context.Context, in *sessionInput) (*sessionOutput, error) {
	v, err := s.sessions.Get(ctx, who(ctx).Workspace, in.ID)
	return oneSession(ctx, v, err)
}

type renameSessionInput struct {
	ID   string `path:"id"`
	Body nameBody
}

type nameBody struct {
	Name string `json:"name" minLength:"1" maxLength:"200"`
}

// clean gives the name without space around it. Error: name_empty.
func (b nameBody) clean() (string, error) {
	name := strings.TrimSpace(b.Name)
	if name == "" {
		return "", fault.New(fault.Invalid, "name_empty", "A name needs at least one letter.")
	}
	return name, nil
}

func (s *Server) renameSession(ctx context.Context, in *renameSessionInput) (*sessionOutput, error) {
	name, err := in.Body.clean()
	if err != nil {
		return nil, err
	}
	v, err := s.sessions.Rename(ctx, who(ctx).Workspace, in.ID, name)
	return oneSession(ctx, v, err)
}

type extendSessionInput struct {
	ID   string `path:"id"`
	Body *struct {
		Hours int `json:"hours,omitempty" minimum:"1" maximum:"8760" doc:"From now on; without it, the session's usual life. An end that is later stays"`
	}
}

func (s *Server) extendSession(ctx context.Context, in *extendSessionInput) (*sessionOutput, error) {
	var by time.Duration
	if in.Body != nil {
		by = time.Duration(in.Body.Hours) * time.Hour
	}
	v, err := s.sessions.Extend(ctx, who(ctx).Workspace, in.ID, by)
	return oneSession(ctx, v, err)
}

func (s *Server) deleteSession(ctx context.Context, in *sessionInput) (*empty, error) {
	return nil, s.sessions.Delete(ctx, who(ctx).Workspace, in.ID)
}

// SessionPageInput asks for a part of a list of one session. It is exported
// for huma, which fills no embedded struct that is not.
type SessionPageInput struct {
	ID string `path:"id"`
	PageInput
}

func (s *Server) sessionFiles(ctx context.Context, in *SessionPageInput) (*listOutput[File], error) {
	files, next, err := s.files.Files(ctx, who(ctx).Workspace, in.ID, in.page())
	return listed(each(files, fileOf), next, err)
}

func (s *Server) sessionTables(ctx context.Context, in *sessionInput) (*listOutput[Table], error) {
	tables, err := s.tables.Tables(ctx, who(ctx).Workspace, in.ID)
	return listed(each(tables, tableOf), "", err)
}

// Join is how two tables belong together.
type Join struct {
	Many        catalog.ColumnRef `json:"many" doc:"The side with several rows per key"`
	One         catalog.ColumnRef `json:"one" doc:"The side with one"`
	Cardinality string            `json:"cardinality" enum:"many to one,many to many"`
	Inclusion   float64           `json:"inclusion" doc:"Which share of the keys of many the other side has, 0 to 1"`
	Says        string            `json:"says" doc:"The same in words"`
}

func joinOf(j catalog.Join) Join {
	out := Join{Many: j.Many, One: j.One, Cardinality: "many to many", Inclusion: j.Inclusion, Says: j.Words()}
	if j.Unique {
		out.Cardinality = "many to one"
	}
	return out
}

func (s *Server) sessionJoins(ctx context.Context, in *sessionInput) (*listOutput[Join], error) {
	joins, err := s.joiner.Joins(ctx, who(ctx).Workspace, in.ID)
	return listed(each(joins, joinOf), "", err)
}

func (s *Server) sessionConversations(ctx context.Context, in *SessionPageInput) (*listOutput[conversation.Conversation], error) {
	return listed(s.threads.Conversations(ctx, in.ID, in.page()))
}

type sessionQueriesInput struct {
	SessionPageInput
	Conversation string `query:"conversation_id" doc:"Only those of one conversation"`
	Rows         int    `query:"rows" default:"0" minimum:"0" maximum:"200" doc:"How many rows of each result to give; a result that was cut says so (truncated), and GET /queries/{id} has the rest"`
}

func (s *Server) sessionQueries(ctx context.Context, in *sessionQueriesInput) (*listOutput[conversation.Answer], error) {
	items, next, err := s.threads.Queries(ctx, in.ID, in.Conversation, in.page())
	for i := range items {
		items[i].Result = cutTo(items[i].Result, in.Rows)
	}
	return listed(items, next, err)
}

// cutTo leaves the first n rows of a result.
func cutTo(r *conversation.Result, n int) *conversation.Result {
	if r == nil || len(r.Rows) <= n {
		return r
	}
	short := *r
	short.Rows, short.Truncated = r.Rows[:n], true
	return &short
}

// ConversationInput names a conversation.
type ConversationInput struct {
	ID           string `path:"id"`
	Conversation string `path:"conversation_id"`
}

type renameConversationInput struct {
	ConversationInput
	Body nameBody
}

func (s *Server) renameConversation(ctx context.Context, in *renameConversationInput) (*empty, error) {
	name, err := in.Body.clean()
	if err != nil {
		return nil, err
	}
	return nil, s.threads.RenameConversation(ctx, in.ID, in.Conversation, name)
}

func (s *Server) deleteConversation(ctx context.Context, in *ConversationInput) (*empty, error) {
	return nil, s.threads.DeleteConversation(ctx, in.ID, in.Conversation)
}
