package question

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"tabletalk/internal/catalog"
	"tabletalk/internal/table"
)

// wide is a catalog with 50 columns and 350,000 different values.
func wide() *catalog.Catalog {
	t := catalog.Table{ID: "wide", Name: "events", Rows: 1_000_000}
	var values []catalog.ColumnValues
	for i := range 50 {
		c := catalog.Column{Name: fmt.Sprintf("metric_%d", i), Type: table.Float, Role: catalog.Measure, Stats: catalog.Stats{Distinct: 1000, Min: 0.0, Max: 100.0}}
		if i < 7 {
			c = catalog.Column{Name: fmt.Sprintf("%s_name", []string{"customer", "product", "city", "vendor", "campaign", "device", "browser"}[i]), Type: table.String, Role: catalog.Dimension, Stats: catalog.Stats{Distinct: 50_000}}
			v := catalog.ColumnValues{Column: c.Name, Complete: true}
			for k := range 50_000 {
				v.Values = append(v.Values, fmt.Sprintf("%s %c%s %d", []string{"Nordic", "Global", "Royal", "Prime", "Silver"}[k%5], 'A'+rune(k%26), strings.Repeat("ae", 1+k%4), k/3))
				v.Rows = append(v.Rows, int64(k%90+1))
			}
			values = append(values, v)
		}
		t.Columns = append(t.Columns, c)
	}
	t.Columns = append(t.Columns, catalog.Column{Name: "day", Type: table.Date, Role: catalog.Time, Stats: catalog.Stats{Min: "2023-01-01", Max: "2025-06-15"}})
	t.Values = catalog.BuildIndex(values)
	return &catalog.Catalog{Tables: []catalog.Table{t}}
}

// wideQuestions are what people ask of such a table: short and long, with
// values, with words spelt wrongly, and of nothing that is there.
var wideQuestions = []string{
	"total metric 7 by customer last month",
	"top 10 products by metric 12 in 2024",
	"average metric 3 for Nordic Baeae 17 by month",
	"how many customers have metric 5 above 40 and metric 9 below 7",
	"which city has the most vendors",
	"metric 1 by device and browser",
	"share of metric 8 by campaign",
	"median metric 22 per vendor, only above 10",
	"metric 30 by quarter compared with the year before",
	"customers who never bought in 2024",
	"highest metric 14 for Silver Eaeaeae 99",
	"correlation between metric 1 and metric 2",
	"running total of metric 6 by month in 2023",
	"products with metric 4 between 10 and 20",
	"count",
	"metrc 4 for Nordik Baeae 17",
	"what is the weather in Paris",
	"Globl Vaeae, Ryal Waeae and Prme Xaeae by month",
}

// hardQuestions are about the worst that fits into the limit of a question.
var hardQuestions = []string{
	"metric 4 for Nordik Bxaeae Silverr Globall Royall Primme",
	strings.Repeat("nordik bxaeae ", 250),
	strings.Repeat("metric 4 by customer and product in 2024 ", 80),
	strings.Repeat("not in above below between 5 and 7 or ", 90),
	strings.Repeat("x", 3900),
	strings.Repeat("metric ", 570),
	strings.Repeat("a ", 1990),
}

// BenchmarkUnderstandWide prints how long the usual and the worst questions
// take, and what the value index of the table holds.
func BenchmarkUnderstandWide(b *testing.B) {
	before := heap()
	c := wide()
	index := heap() - before
	for name, questions := range map[string][]string{"usual": wideQuestions, "hard": hardQuestions} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var took []time.Duration
			worst, of := time.Duration(0), ""
			for b.Loop() {
				for _, q := range questions {
					began := time.Now()
					ask(c, q)
					d := time.Since(began)
					if took = append(took, d); d > worst {
						worst, of = d, q
					}
				}
			}
			slices.Sort(took)
			b.ReportMetric(ms(took[len(took)/2]), "ms-p50")
			b.ReportMetric(ms(took[len(took)*95/100]), "ms-p95")
			b.ReportMetric(ms(worst), "ms-worst")
			b.ReportMetric(float64(index)/(1<<20), "MB-index")
			b.Logf("the worst was %.60q", of)
		})
	}
	runtime.KeepAlive(c)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// heap is what the program holds.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
