package api

import (
	"bytes"
	"context"

	"tabletalk/internal/definition"
	"tabletalk/internal/fault"
)

type definitionsInput struct {
	ID string `path:"id"`
	PageInput
}

func (s *Server) definitions(ctx context.Context, in *definitionsInput) (*listOutput[definition.Definition], error) {
	return listed(s.teaching.List(ctx, who(ctx).Workspace, in.ID, in.page()))
}

type defineInput struct {
	ID   string `path:"id"`
	Key  string `header:"Idempotency-Key" maxLength:"200"`
	Body definition.Meaning
}

type definitionOutput struct{ Body *definition.Definition }

func oneDefinition(d *definition.Definition, err error) (*definitionOutput, error) {
	if err != nil {
		return nil, err
	}
	return &definitionOutput{Body: d}, nil
}

func (s *Server) define(ctx context.Context, in *defineInput) (*definitionOutput, error) {
	if err := mayTeach(ctx, in.Body.Scope); err != nil {
		return nil, err
	}
	return oneDefinition(s.teaching.Add(ctx, who(ctx).Workspace, in.ID, in.Body))
}

// mayTeach refuses a member to teach what is for the sessions of others, too.
func mayTeach(ctx context.Context, where definition.Scope) error {
	if where != definition.Everywhere || who(ctx).Role == "admin" {
		return nil
	}
	return fault.New(fault.Forbidden, "admin_only", "Only an administrator teaches all sessions of a workspace.").
		WithHint("Teach it for this session, or ask an administrator.")
}

// mayChange is mayTeach for a definition that is there.
func (s *Server) mayChange(ctx context.Context, sessionID, id string) error {
	d, err := s.teaching.Get(ctx, who(ctx).Workspace, sessionID, id)
	if err != nil {
		return err
	}
	return mayTeach(ctx, d.Scope)
}

type changeDefinitionInput struct {
	ID           string `path:"id"`
	DefinitionID string `path:"definition_id"`
	Body         definition.Change
}

func (s *Server) changeDefinition(ctx context.Context, in *changeDefinitionInput) (*definitionOutput, error) {
	if err := s.mayChange(ctx, in.ID, in.DefinitionID); err != nil {
		return nil, err
	}
	return oneDefinition(s.teaching.Change(ctx, who(ctx).Workspace, in.ID, in.DefinitionID, in.Body.Apply))
}

type deleteDefinitionInput struct {
	ID           string `path:"id"`
	DefinitionID string `path:"definition_id"`
}

func (s *Server) deleteDefinition(ctx context.Context, in *deleteDefinitionInput) (*empty, error) {
	if err := s.mayChange(ctx, in.ID, in.DefinitionID); err != nil {
		return nil, err
	}
	return nil, s.teaching.Delete(ctx, who(ctx).Workspace, in.ID, in.DefinitionID)
}

type casesInput struct {
	ID string `path:"id"`
}

type casesOutput struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (s *Server) confirmedCases(ctx context.Context, in *casesInput) (*casesOutput, error) {
	var b bytes.Buffer
	if err := s.cases.WriteCases(ctx, who(ctx).Workspace, in.ID, &b); err != nil {
		return nil, err
	}
	return &casesOutput{Type: "text/plain; charset=utf-8", Disposition: attachment("cases.txt"), Body: b.Bytes()}, nil
}
