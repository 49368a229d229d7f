package api

import (
	"context"

	"tabletalk/internal/fault"
)

type samplesInput struct {
	Key string `header:"Idempotency-Key" maxLength:"200" doc:"The same key gives the first answer again"`
}

// loadSamples takes the shipped files in as if they had been uploaded.
func (s *Server) loadSamples(ctx context.Context, _ *samplesInput) (*uploadOutput, error) {
	if len(s.samples) == 0 {
		return nil, fault.New(fault.NotFound, "no_samples", "This server ships no sample data.")
	}
	v, err := s.sessions.Create(ctx, who(ctx).Workspace, who(ctx).ID, "Sample data")
	if err != nil {
		return nil, err
	}
	f := &form{session: v.ID}
	defer f.discard()
	for _, sample := range s.samples {
		staged, err := s.intake.Stage(ctx, sample.Name, sample.Open())
		if err != nil {
			return nil, err
		}
		f.staged = append(f.staged, staged)
	}
	return s.importAll(ctx, f)
}
