package worker

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"tabletalk/internal/engine"
	"tabletalk/internal/engine/batch"
	"tabletalk/internal/engine/duckdb"
	"tabletalk/internal/fault"
	"tabletalk/internal/table"
)

// hostile is a worker that a statement has taken over: it answers each query
// with what the query's text asks for.
func hostile() int {
	in, out := os.NewFile(requestFD, "requests"), os.NewFile(replyFD, "replies")
	p := newPipe(in, out)
	for {
		kind, data, err := p.read()
		if err != nil {
			return 0
		}
		switch kind {
		case frameSetup:
			_ = p.send(frameReady, readyReply{Version: "hostile 1"})
		case frameOpen:
			_ = p.send(frameEnd, nil)
		case frameQuery:
			var q queryRequest
			if json.Unmarshal(data, &q) == nil {
				misbehave(p, out, q.SQL)
			}
		}
	}
}

func misbehave(p *pipe, out *os.File, how string) {
	columns := []batch.Column{{Name: "a", Type: table.Integer, Kind: batch.Int}}
	var w batch.Writer
	w.Begin(1)
	w.Valid(0, 1, nil)
	w.Word(1)
	end := func() { _ = p.send(frameEnd, duckdb.Outcome{Total: 1}) }
	switch how {
	case "well":
		_ = p.send(frameColumns, columns)
		_ = p.write(frameBatch, w.Bytes())
		end()
	case "batch before columns":
		_ = p.write(frameBatch, w.Bytes())
		end()
	case "broken batch":
		_ = p.send(frameColumns, columns)
		_ = p.write(frameBatch, []byte{200, 1, 0, 1, 2, 3})
		end()
	case "broken columns":
		_ = p.write(frameColumns, []byte("{"))
		end()
	case "broken end":
		_ = p.write(frameEnd, []byte("{"))
	case "broken fault":
		_ = p.write(frameFault, []byte("{"))
	case "unknown frame":
		_ = p.write('?', nil)
		end()
	case "huge frame":
		_, _ = out.Write([]byte{frameBatch, 255, 255, 255, 255})
	case "half a frame":
		_, _ = out.Write([]byte{frameBatch, 9, 0, 0, 0, 1})
		os.Exit(0)
	case "rows without end":
		_ = p.send(frameColumns, columns)
		for p.write(frameBatch, w.Bytes()) == nil {
		}
	case "silence":
		select {}
	}
}

func TestHostileWorker(t *testing.T) {
	p := newPool(t, func(c *Config) {
		c.Command = []string{os.Args[0], "hostile-worker"}
		c.Timeout, c.Grace, c.MaxRows, c.QueueTime = 2*time.Second, 100*time.Millisecond, 100, 5*time.Minute
	})
	for _, how := range []string{
		"batch before columns", "broken batch", "broken columns", "broken end", "broken fault", "unknown frame",
		"huge frame", "half a frame", "rows without end", "silence",
	} {
		rows, err := p.Query(t.Context(), nil, engine.Query{SQL: how})
		if err == nil {
			t.Errorf("%s: believed: %+v", how, rows)
		}
		if k := fault.Of(err).Kind; k != fault.Internal && k != fault.Invalid && k != fault.Timeout {
			t.Errorf("%s: %v", how, err)
		}
		rows, err = p.Query(t.Context(), nil, engine.Query{SQL: "well"})
		if err != nil || len(rows.Values) != 1 {
			t.Errorf("after %s: %v", how, err)
		}
	}
}
