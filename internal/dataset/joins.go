package dataset

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tabletalk/internal/catalog"
	"tabletalk/internal/engine"
	"tabletalk/internal/table"
)

const (
	minInclusion = 0.9             // share of keys that the other table must have
	joinPairs    = 40              // pairs that are tried in one session
	joinTimeout  = 5 * time.Second // for one pair; without an answer no join is suggested
)

// joins suggests how the tables of a session belong together: columns whose
// names and types fit, of which one names each of its rows once and has (nearly)
// all keys of the other. The engine counts; a name alone joins nothing.
func (s *Service) joins(ctx context.Context, o *Opened, before *Opened) []catalog.Join {
	var found []catalog.Join
	tried := 0
	tables := o.Catalog.Tables
	for i := range tables {
		for k := range tables {
			for _, pair := range catalog.KeyPairs(&tables[i], &tables[k]) {
				if i == k || tried == joinPairs || catalog.Joined(found, tables[i].Name, tables[k].Name) {
					continue
				}
				if j, known := knownJoin(before, o, i, k, pair); known {
					if j != nil {
						found = append(found, *j)
					}
					continue
				}
				tried++
				if j := s.testJoin(ctx, o, i, k, pair); j != nil {
					found = append(found, *j)
				}
			}
		}
	}
	return found
}

// knownJoin takes the verdict over that was found for the same two contents.
func knownJoin(before, o *Opened, i, k int, p catalog.KeyPair) (*catalog.Join, bool) {
	if before == nil || !holds(before, o.Sources[i]) || !holds(before, o.Sources[k]) {
		return nil, false
	}
	for _, j := range before.Catalog.Joins {
		if j.Many == (catalog.ColumnRef{Table: o.Sources[i].Name, Column: p.Many}) && j.One == (catalog.ColumnRef{Table: o.Sources[k].Name, Column: p.One}) {
			return &j, true
		}
	}
	return nil, true
}

func holds(o *Opened, t Table) bool {
	for _, s := range o.Sources {
		if s.ID == t.ID && s.SHA256 == t.SHA256 {
			return true
		}
	}
	return false
}

// testJoin counts keys; nil for a pair that does not join.
func (s *Service) testJoin(ctx context.Context, o *Opened, i, k int, p catalog.KeyPair) *catalog.Join {
	many, one := o.Tables[i], o.Tables[k]
	a, b := quoteID(p.Many), quoteID(p.One)
	q := fmt.Sprintf(`WITH m AS (SELECT DISTINCT %s AS key FROM %s WHERE %s IS NOT NULL), o AS (SELECT %s AS key FROM %s WHERE %s IS NOT NULL)
SELECT (SELECT count(*) FROM m), (SELECT count(*) FROM m WHERE key IN (SELECT key FROM o)), (SELECT count(*) FROM o), (SELECT count(DISTINCT key) FROM o)`,
		a, quoteID(many.Name), a, b, quoteID(one.Name), b)
	rows, err := s.engine.Query(ctx, []engine.Table{many, one}, engine.Query{SQL: q, MaxRows: 1, Timeout: joinTimeout})
	if err != nil || len(rows.Values) != 1 {
		s.log.WarnContext(ctx, "a join could not be tested", "error", err)
		return nil
	}
	n := make([]float64, 4)
	for c := range n {
		n[c], _ = table.Number(rows.Values[0][c])
	}
	if n[0] == 0 || n[1] < minInclusion*n[0] || n[3] < n[2] {
		return nil
	}
	return &catalog.Join{Many: catalog.ColumnRef{Table: many.Name, Column: p.Many}, One: catalog.ColumnRef{Table: one.Name, Column: p.One},
		Unique: true, Inclusion: n[1] / n[0]}
}

func quoteID(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// Joins says how the tables of a session belong together.
func (s *Service) Joins(ctx context.Context, workspace, sessionID string) ([]catalog.Join, error) {
	o, err := s.Open(ctx, workspace, sessionID)
	if err != nil {
		return nil, err
	}
	return o.Catalog.Joins, nil
}
