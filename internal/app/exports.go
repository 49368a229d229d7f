package app

import (
	"context"
	"log/slog"
	"strings"

	"tabletalk/internal/conversation"
	"tabletalk/internal/dataset"
	"tabletalk/internal/engine"
	"tabletalk/internal/export"
	"tabletalk/internal/fault"
	"tabletalk/internal/table"
)

// Exports gives the rows of tables and answers for package export to write.
type Exports struct {
	datasets *dataset.Service
	asker    *conversation.Service
	engine   engine.Engine
	temp     string
	log      *slog.Logger
}

// TableRows gives a whole table, in the order of its file. The caller chooses
// the format.
func (e *Exports) TableRows(ctx context.Context, workspace, id string) (export.Request, error) {
	t, err := e.datasets.Table(ctx, workspace, id)
	if err != nil {
		return export.Request{}, err
	}
	source, err := e.source(ctx, workspace, t)
	if err != nil {
		return export.Request{}, err
	}
	req := e.request(t.Name)
	for _, c := range t.Columns {
		req.Columns = append(req.Columns, table.Column{Name: c.Name, Type: c.Type, Nullable: c.Stats.Nulls > 0, Unit: c.Unit})
	}
	query := engine.Query{SQL: "SELECT * FROM " + quoted(t.Name)}
	req.Rows = func(each func(*table.Rows) error) error {
		return e.engine.Stream(ctx, []engine.Table{source}, query, func(rows *table.Rows) error {
			e.log.DebugContext(ctx, "step", "during", "app.TableRows")
			return each(rows)
		})
	}
	return req, nil
}

// source finds the content of a table.
func (e *Exports) source(ctx context.Context, workspace string, t *dataset.Table) (engine.Table, error) {
	data, err := e.datasets.Open(ctx, workspace, t.SessionID)
	if err != nil {
		return engine.Table{}, err
	}
	for i, s := range data.Sources {
		if s.ID == t.ID {
			return data.Tables[i], nil
		}
	}
	return engine.Table{}, fault.New(fault.NotFound, "table_not_found", "There is no such table.").At("app.TableRows")
}

// AnswerRows gives the rows of an answer: those that were shown or, where
// they had been cut, all of them, computed again.
func (e *Exports) AnswerRows(ctx context.Context, workspace, queryID string) (export.Request, error) {
	a, err := e.asker.Query(ctx, workspace, queryID)
	if err != nil {
		return export.Request{}, err
	}
	if a.Result == nil {
		return export.Request{}, fault.New(fault.Invalid, "nothing_to_export", "That answer has no rows.").
			WithHint("Export an answer that shows a table.").At("app.AnswerRows")
	}
	req := e.request(a.Query)
	for _, c := range a.Result.Columns {
		col := table.Column{Name: c.Name, Type: c.Type, Nullable: true}
		if c.Unit != nil {
			col.Unit = *c.Unit
		}
		req.Columns = append(req.Columns, col)
	}
	req.Rows = export.FromRows(&table.Rows{Columns: req.Columns, Values: a.Result.Rows, Total: a.Result.RowCount})
	if a.Result.Truncated {
		req.Rows = func(each func(*table.Rows) error) error { return e.asker.Rows(ctx, workspace, queryID, each) }
	}
	return req, nil
}

func (e *Exports) request(name string) export.Request {
	return export.Request{Name: name, Options: export.Options{TempDir: e.temp}}
}

// quoted writes a name for SQL.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
