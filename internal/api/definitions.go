package api

import (
	"context"

	"tabletalk/internal/definition"
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
	return oneDefinition(s.teaching.Add(ctx, who(ctx).Workspace, in.ID, in.Body))
}

type changeDefinitionInput struct {
	ID           string `path:"id"`
	DefinitionID string `path:"definition_id"`
	Body         definition.Change
}

func (s *Server) changeDefinition(ctx context.Context, in *changeDefinitionInput) (*definitionOutput, error) {
	return oneDefinition(s.teaching.Change(ctx, who(ctx).Workspace, in.ID, in.DefinitionID, in.Body.Apply))
}

type deleteDefinitionInput struct {
	ID           string `path:"id"`
	DefinitionID string `path:"definition_id"`
}

func (s *Server) deleteDefinition(ctx context.Context, in *deleteDefinitionInput) (*empty, error) {
	return nil, s.teaching.Delete(ctx, who(ctx).Workspace, in.ID, in.DefinitionID)
}
