package conversation

import (
	"context"
	"encoding/json"
	"fmt"

	"tabletalk/internal/chart"
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// draw puts the chart of the rows into the answer. One correlation is drawn as
// the pairs that it was computed from.
func (s *Service) draw(ctx context.Context, t *turn, rows *table.Rows) {
	a := t.answer
	drawn := a.Plan
	if pairs := plan.Pairs(a.Plan, chart.MaxPoints); pairs != nil && len(rows.Values) == 1 {
		points, err := s.firstRows(ctx, t, pairs, chart.MaxPoints)
		if err != nil {
			s.log.WarnContext(ctx, "the pairs of a correlation could not be drawn", "query_id", a.QueryID, "error", err)
			return
		}
		if n, ok := rows.Values[0][1].(int64); ok && n > int64(len(points.Values)) {
			a.Notes = append(a.Notes, fmt.Sprintf("The chart shows %d of %d pairs.", len(points.Values), n))
		}
		drawn, rows = pairs, points
	}
	if note := chart.Note(drawn, rows, t.data.Catalog); note != "" {
		a.Notes = append(a.Notes, note)
	}
	if spec := chart.Spec(drawn, rows, t.data.Catalog); spec != nil {
		a.Chart = json.RawMessage(spec)
	}
}
