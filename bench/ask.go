package main

import (
	"fmt"
	"time"
)

// inquiry is a question and what a person who knows SQL would write for it
// over the table t.
type inquiry struct{ question, sql string }

// inquiries are asked of the largest file, a table of orders such as samples
// makes.
var inquiries = []inquiry{
	{"average revenue by region", "SELECT region, avg(revenue) FROM t GROUP BY 1 ORDER BY 2 DESC"},
	{"how many returned orders from Germany have quantity above 5", "SELECT count(*) FROM t WHERE is_returned AND country = 'Germany' AND quantity > 5"},
	{"top 10 products by total revenue", "SELECT product, sum(revenue) FROM t GROUP BY 1 ORDER BY 2 DESC LIMIT 10"},
	{"total revenue by month", "SELECT year(order_date), month(order_date), sum(revenue) FROM t GROUP BY 1, 2 ORDER BY 1, 2"},
	{"number of distinct customers by category", "SELECT category, count(DISTINCT customer_id) FROM t GROUP BY 1 ORDER BY 2 DESC"},
	{"median unit_price by category", "SELECT category, median(unit_price) FROM t GROUP BY 1 ORDER BY 2 DESC"},
	{"correlation between discount and revenue", "SELECT corr(discount, revenue) FROM t"},
}

const (
	warmRounds   = 20
	warmTime     = 30 * time.Second
	cachedRounds = 200
)

// ask times warm questions and the SQL of the reference, over the very Parquet
// file that the server keeps, in turns; then one of them from the cache.
func (b *bench) ask(file string) error {
	size, err := without(file, 0)
	if err != nil {
		return err
	}
	_, session, err := upload(b.server.base, "", file, size)
	if err != nil {
		return err
	}
	parquet, err := b.server.largest()
	if err != nil {
		return err
	}
	time.Sleep(idleAfter) // until the profile is computed, which follows an upload
	view := fmt.Sprintf("CREATE OR REPLACE VIEW t AS FROM read_parquet('%s')", parquet)
	for _, q := range inquiries {
		if err := b.compare(session, view, q); err != nil {
			return err
		}
	}
	var cached []time.Duration
	for range cachedRounds {
		took, err := b.asked(session, inquiries[0].question, true)
		if err != nil {
			return err
		}
		cached = append(cached, took)
	}
	b.report.add("the same question again, from the cache", ms(median(cached)), 3, "ms", "%s", both(cached))
	return nil
}

// compare asks one question and runs its SQL, in turns.
func (b *bench) compare(session, view string, q inquiry) error {
	var warm, bare []time.Duration
	for late := time.Now().Add(warmTime); len(warm) < 3 || len(warm) <= warmRounds && time.Now().Before(late); { // the first warms both up
		took, err := b.asked(session, q.question, false)
		if err != nil {
			return err
		}
		warm = append(warm, took)
		if took, err = b.bare.time(view, q.sql); err != nil {
			return err
		}
		bare = append(bare, took)
	}
	warm, bare = warm[1:], bare[1:]
	b.report.add(fmt.Sprintf("%q, over the bare SQL", q.question), ms(median(warm)-median(bare)), 15, "ms", "%s, bare %s", both(warm), both(bare))
	return nil
}

// asked times one question, which must be answered.
func (b *bench) asked(session, question string, cache bool) (time.Duration, error) {
	var answer struct {
		Status string `json:"status"`
		Reason string `json:"reason"`
	}
	began := time.Now()
	err := call(b.server.base+"/api/v1/query/process", "", map[string]any{"session_id": session, "query": question, "use_cache": cache}, &answer)
	took := time.Since(began)
	if err == nil && answer.Status != "answered" {
		err = fmt.Errorf("%q was not answered but %s %s", question, answer.Status, answer.Reason)
	}
	return took, err
}
