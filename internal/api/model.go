package api

import (
	"context"

	"tabletalk/internal/conversation"
	"tabletalk/internal/fault"
	"tabletalk/internal/llm"
	"tabletalk/internal/llm/agent"
)

type modelInput struct {
	SessionID string `query:"session_id" doc:"What may be sent of this session; without it, of the workspace"`
}

type modelOutput struct{ Body *conversation.ModelState }

func (s *Server) modelState(ctx context.Context, in *modelInput) (*modelOutput, error) {
	w := who(ctx)
	state, err := s.model.ModelState(ctx, w.Workspace, in.SessionID)
	if err == nil {
		state.Yours, err = s.model.Yours(ctx, w.Workspace, w.ID)
	}
	if err != nil {
		return nil, err
	}
	return &modelOutput{Body: state}, nil
}

type egressInput struct {
	SessionID string `query:"session_id" doc:"Of this session; without it, of all sessions of the workspace"`
	Body      struct {
		// A session that is named here, and not in the address, would be read
		// as none: what was meant for one would hold for all.
		_      struct{} `json:"-" additionalProperties:"false"`
		Egress string   `json:"egress" enum:"off,schema,values,results,inherit" doc:"inherit takes back what was said before"`
	}
}

func (s *Server) setEgress(ctx context.Context, in *egressInput) (*modelOutput, error) {
	if in.SessionID == "" && who(ctx).Role != "admin" {
		return nil, fault.New(fault.Forbidden, "admin_only", "Only an administrator says what may be sent of a whole workspace.")
	}
	e := agent.Egress(in.Body.Egress)
	if e == "inherit" {
		e = ""
	}
	state, err := s.model.SetEgress(ctx, who(ctx).Workspace, in.SessionID, e)
	if err != nil {
		return nil, err
	}
	return &modelOutput{Body: state}, nil
}

type modelKeyInput struct {
	Body struct {
		Key     string `json:"key" maxLength:"4096" doc:"It is stored encrypted and never told again; an empty one takes it back"`
		Setting string `json:"setting,omitempty" enum:"model,model-fallback" default:"model" doc:"Whose server it is for"`
	}
}

func (s *Server) setModelKey(ctx context.Context, in *modelKeyInput) (*modelOutput, error) {
	state, err := s.model.SetModelKey(ctx, who(ctx).Workspace, in.Body.Setting, in.Body.Key)
	if err != nil {
		return nil, err
	}
	return &modelOutput{Body: state}, nil
}

type testModelOutput struct{ Body *conversation.Tested }

func (s *Server) testModel(ctx context.Context, _ *struct{}) (*testModelOutput, error) {
	tested, err := s.model.TestModel(ctx, who(ctx).Workspace)
	if err != nil {
		return nil, err
	}
	return &testModelOutput{Body: tested}, nil
}

type knownModelsOutput struct {
	Body struct {
		Items llm.Models `json:"items" doc:"The first one whose pattern fits a name counts; the operator's own come first"`
	}
}

func (s *Server) knownModels(context.Context, *struct{}) (*knownModelsOutput, error) {
	list, err := s.model.KnownModels()
	if err != nil {
		return nil, err
	}
	out := &knownModelsOutput{}
	out.Body.Items = list
	return out, nil
}

type sentOutput struct{ Body *conversation.Sendings }

func (s *Server) sent(ctx context.Context, in *queryInput) (*sentOutput, error) {
	sent, err := s.model.Sent(ctx, who(ctx).Workspace, in.ID)
	if err != nil {
		return nil, err
	}
	return &sentOutput{Body: sent}, nil
}

type writtenOutput struct{ Body *conversation.Written }

func (s *Server) explain(ctx context.Context, in *queryInput) (*writtenOutput, error) {
	return written(s.model.ExplainAnswer(ctx, who(ctx).Workspace, in.ID, who(ctx).ID))
}

type suggestNameInput struct {
	ID   string `path:"id"`
	Body struct {
		ConversationID string `json:"conversation_id" minLength:"1" doc:"Whose questions the name is found from"`
	}
}

func (s *Server) suggestName(ctx context.Context, in *suggestNameInput) (*writtenOutput, error) {
	return written(s.model.SuggestName(ctx, who(ctx).Workspace, in.ID, in.Body.ConversationID, who(ctx).ID))
}

type suggestQuestionsInput struct {
	ID string `path:"id"`
}

func (s *Server) suggestQuestions(ctx context.Context, in *suggestQuestionsInput) (*writtenOutput, error) {
	return written(s.model.SuggestQuestions(ctx, who(ctx).Workspace, in.ID, who(ctx).ID))
}

type describeColumnsInput struct {
	ID   string `path:"id"`
	Body struct {
		Table string `json:"table" minLength:"1" doc:"The table's name"`
	}
}

func (s *Server) describeColumns(ctx context.Context, in *describeColumnsInput) (*writtenOutput, error) {
	return written(s.model.DescribeColumns(ctx, who(ctx).Workspace, in.ID, in.Body.Table, who(ctx).ID))
}

func written(w *conversation.Written, err error) (*writtenOutput, error) {
	if err != nil {
		return nil, err
	}
	return &writtenOutput{Body: w}, nil
}
