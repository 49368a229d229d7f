package main

import (
	"bufio"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/xuri/excelize/v2"
)

// samples writes a small and a large file of orders where none was named, the
// same bytes each time; with formats the large one also as JSON and Parquet,
// and a tenth of it as XLSX.
func samples(dir string, formats bool) ([]string, error) {
	var files []string
	for name, rows := range map[string]int{"orders_1mb.csv": 10_000, "orders_1e6.csv": 1_000_000} {
		file := filepath.Join(dir, name)
		if err := writeOrders(file, rows); err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	if !formats {
		return files, nil
	}
	more, err := otherFormats(dir, filepath.Join(dir, "orders_1e6.csv"))
	return append(files, more...), err
}

// otherFormats writes the rows of a CSV file in other formats.
func otherFormats(dir, file string) ([]string, error) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	var files []string
	for name, how := range map[string]string{"orders_1e6.ndjson": "json", "orders_1e6.json": "json, ARRAY true", "orders_1e6.parquet": "parquet, COMPRESSION zstd"} {
		to := filepath.Join(dir, name)
		if _, err := db.Exec(fmt.Sprintf("COPY (FROM read_csv('%s')) TO '%s' (FORMAT %s)", file, to, how)); err != nil {
			return nil, err
		}
		files = append(files, to)
	}
	to := filepath.Join(dir, "orders_1e5.xlsx")
	return append(files, to), writeWorkbook(db, file, to, 100_000)
}

// writeWorkbook writes typed cells.
func writeWorkbook(db *sql.DB, from, to string, most int) error {
	rows, err := db.Query(fmt.Sprintf("SELECT * REPLACE (CAST(order_date AS TIMESTAMP) AS order_date) FROM read_csv('%s') LIMIT %d", from, most))
	if err != nil {
		return err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	book := excelize.NewFile()
	defer book.Close()
	day, err := book.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		return err
	}
	sheet, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	cells, into := make([]any, len(names)), make([]any, len(names))
	for i, name := range names {
		cells[i], into[i] = name, &cells[i]
	}
	for n := 1; ; n++ {
		if err := sheet.SetRow(fmt.Sprintf("A%d", n), cells); err != nil {
			return err
		}
		if !rows.Next() {
			break
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, cell := range cells {
			if at, ok := cell.(time.Time); ok {
				cells[i] = excelize.Cell{StyleID: day, Value: at}
			}
		}
	}
	if err := errors.Join(rows.Err(), sheet.Flush()); err != nil {
		return err
	}
	return book.SaveAs(to)
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
