package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

// samples writes a small and a large file of orders where none was named, the
// same bytes each time.
func samples(dir string) ([]string, error) {
	var files []string
	for name, rows := range map[string]int{"orders_1mb.csv": 10_000, "orders_1e6.csv": 1_000_000} {
		file := filepath.Join(dir, name)
		if err := writeOrders(file, rows); err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

func writeOrders(file string, rows int) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	r := rand.New(rand.NewPCG(1, 2))
	regions := []string{"North", "South", "East", "West", "Central", "Coastal", "Overseas", "Midlands", "Northeast", "Southwest"}
	countries := []string{"Germany", "France", "Spain", "Malta", "Italy", "Poland", "Sweden", "Norway", "Greece", "Austria"}
	categories := []string{"Clothing", "Computers", "Sports", "Kitchen", "Office", "Tools", "Toys", "Health", "Shoes", "Books"}
	comments := []string{"", "", "", "ok", "good", "as expected", `"great, thanks"`, "late by 3 days", "box damaged", "colour differs"}
	day := time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)
	fmt.Fprintln(w, "order_id,order_date,region,country,product,category,customer_id,quantity,unit_price,discount,revenue,is_returned,rating,comment")
	for i := range rows {
		category, quantity, price, discount := categories[r.IntN(10)], 1+r.IntN(12), float64(100+r.IntN(40000))/100, float64(5*r.IntN(6))/100
		rating := ""
		if r.IntN(3) > 0 {
			rating = fmt.Sprint(1 + r.IntN(5))
		}
		fmt.Fprintf(w, "%d,%s,%s,%s,%s-%03d,%s,%d,%d,%.2f,%.2f,%.2f,%t,%s,%s\n", i+1, day.AddDate(0, 0, r.IntN(1461)).Format(time.DateOnly),
			regions[r.IntN(10)], countries[r.IntN(10)], category, r.IntN(500), category, 1+r.IntN(100_000), quantity, price, discount,
			float64(quantity)*price*(1-discount), r.IntN(12) == 0, rating, comments[r.IntN(10)])
	}
	return w.Flush()
}
