package api

import (
	"context"

	"tabletalk/internal/job"
)

type jobOutput struct{ Body *job.Job }

func oneJob(j *job.Job, err error) (*jobOutput, error) {
	if err != nil {
		return nil, err
	}
	return &jobOutput{Body: j}, nil
}

func (s *Server) job(ctx context.Context, in *idInput) (*jobOutput, error) {
	return oneJob(s.jobs.Job(ctx, who(ctx).Workspace, in.ID))
}

func (s *Server) cancelJob(ctx context.Context, in *idInput) (*jobOutput, error) {
	return oneJob(s.jobs.Cancel(ctx, who(ctx).Workspace, in.ID))
}

type jobsInput struct {
	PageInput
	SessionID string `query:"session_id" doc:"Only those of one session"`
}

func (s *Server) listJobs(ctx context.Context, in *jobsInput) (*listOutput[job.Job], error) {
	return listed(s.jobs.Jobs(ctx, who(ctx).Workspace, who(ctx).person(), in.SessionID, in.page()))
}
