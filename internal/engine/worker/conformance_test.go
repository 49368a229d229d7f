package worker

import (
	"testing"

	"tabletalk/internal/engine"
	"tabletalk/internal/engine/enginetest"
)

func TestConformance(t *testing.T) {
	for name, load := range map[string]int64{"in memory": 0, "views": -1} {
		t.Run(name, func(t *testing.T) {
			p := newPool(t, func(c *Config) { c.LoadBytes = load })
			t.Logf("%s", p.Version())
			for _, l := range p.Report() {
				t.Logf("%-22s %-5v %s", l.Name, l.Active, l.Detail)
			}
			enginetest.Run(t, enginetest.Harness{
				Engine:  p,
				Parquet: func(t *testing.T, name, sql string) engine.Table { return parquet(t, p, name, sql) },
			})
		})
	}
}
