package evalset

import (
	"context"
	"fmt"
	"time"

	"tabletalk/internal/chart"
	"tabletalk/internal/eval"
	"tabletalk/internal/plan"
	"tabletalk/internal/question"
	"tabletalk/internal/table"
)

// house opens engines in this process.
type house struct{}

// Open reads files; what was read before is taken from the cache.
func (house) Open(_ context.Context, files []string) (eval.Room, error) {
	w, err := open(files)
	if err != nil {
		return nil, err
	}
	return &room{world: w}, nil
}

type room struct {
	*world
	history []question.Turn
}

// Close ends the engine.
func (r *room) Close(context.Context) { r.db.Close() }

// Ask understands and computes a question; the time is that of understanding.
func (r *room) Ask(_ context.Context, text string, now time.Time, follow bool) (eval.Reply, error) {
	if !follow {
		r.history = nil
	}
	started := time.Now()
	o := question.Understand(question.Input{Text: text, Catalog: r.cat, History: r.history, Now: now, Settings: question.DefaultSettings()})
	took := time.Since(started)
	d := question.Decide(o, r.probe(o, now))
	reply := eval.Reply{Status: d.Status, Took: took, Says: r.says(d)}
	if d.Status != question.Answered || d.Reading == nil {
		return reply, nil
	}
	rows, sql, err := r.answer(d.Reading, now)
	if err != nil {
		return reply, fmt.Errorf("%s: %w", sql, err)
	}
	reply.Says = r.says(d)
	r.history = append(r.history, question.Turn{Text: text, Plan: d.Reading.Plan, Keys: r.keys(d, rows), Sure: d.Reading.Confidence})
	reply.Rows, reply.High, reply.Mark = rows, d.Reading.Confidence == question.High, r.mark(d.Reading.Plan, rows)
	reply.Says += fmt.Sprintf("\ngot %.160s\nmark %s", fmt.Sprint(rows), reply.Mark)
	return reply, nil
}

// answer computes a reading, and takes what its rows say against it.
func (r *room) answer(reading *question.Reading, now time.Time) (rows [][]any, sql string, err error) {
	p := reading.Plan
	wide, places := question.Beyond(p, r.cat, 1)
	if wide == nil {
		wide = p
	}
	if rows, sql, err = r.run(wide, now); err != nil {
		return nil, sql, err
	}
	seen := &table.Rows{Values: rows}
	if places != nil {
		question.CutTied(seen, p.Limit.N, places)
	}
	*reading = question.Seen(*reading, seen)
	return seen.Values, sql, nil
}

// probe computes what understanding asks the data.
func (w *world) probe(o question.Outcome, now time.Time) []question.ProbeResult {
	var out []question.ProbeResult
	for _, p := range o.Probes {
		rows, _, err := w.run(p.Plan, now)
		if err != nil {
			out = append(out, question.ProbeResult{})
			continue
		}
		out = append(out, question.ProbeResult{Empty: len(rows) == 0, Digest: fmt.Sprint(rows)})
	}
	return out
}

func (r *room) says(d question.Decision) string {
	switch {
	case d.Status == question.Refused:
		return fmt.Sprint(d.Refusal.Code, " ", d.Refusal.Words)
	case d.Status == question.Clarify:
		text := d.Question
		for _, o := range d.Options {
			text += fmt.Sprintf("\n%d %s", o.Score, o.Plan)
		}
		return text
	case d.Reading == nil:
		return "about the conversation"
	}
	return fmt.Sprintf("%s %s ign=%v why=%v by=%v", d.Reading.Confidence, d.Reading.Plan, d.Reading.Ignored, d.Reading.Reasons, d.Reading.Features)
}

// mark is the mark of the chart that the answer would have.
func (r *room) mark(p *plan.Plan, rows [][]any) string {
	return eval.Mark(chart.Spec(p, &table.Rows{Columns: plan.ResultColumns(p, r.cat), Values: rows}, r.cat))
}

// keys are what a next question's "those" means.
func (w *world) keys(d question.Decision, rows [][]any) []question.Key {
	p := d.Reading.Plan
	return question.KeysOf(p, w.cat, &table.Rows{Columns: plan.ResultColumns(p, w.cat), Values: rows})
}
