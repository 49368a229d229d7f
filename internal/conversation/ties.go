package conversation

import (
	"context"

	"tabletalk/internal/plan"
	"tabletalk/internal/question"
	"tabletalk/internal/sqlgen"
	"tabletalk/internal/table"
)

// beyond is how many rows after the last of the first few are looked at, to
// tell how many share its place. They cost no second reading of the table.
const beyond = 20

// rows runs the statement of a plan. Where it keeps the first few, those after
// them that share the place of the last are counted.
func (s *Service) rows(ctx context.Context, t *turn, p *plan.Plan, st sqlgen.Statement, maxRows int) (*table.Rows, error) {
	more := beyond
	if p.Limit != nil {
		more = min(beyond, maxRows-p.Limit.N)
	}
	wide, places := question.Beyond(p, t.data.Catalog, more)
	if wide == nil {
		return s.query(ctx, t, st, maxRows)
	}
	st, err := s.compile(t, wide)
	if err != nil {
		return nil, err
	}
	rows, err := s.query(ctx, t, st, maxRows)
	if err != nil || rows.Truncated {
		return rows, err
	}
	question.CutTied(rows, p.Limit.N, places)
	rows.TiedMore = rows.Tied == more
	return rows, nil
}
