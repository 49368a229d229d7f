package evalset

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"tabletalk/internal/catalog"
	"tabletalk/internal/ingest"
	"tabletalk/internal/plan"
	"tabletalk/internal/sqlgen"
)

// world is an engine in this process with the tables of one item.
type world struct {
	db  *sql.DB
	cat *catalog.Catalog
}

// cached is what reading a file gave, kept between runs.
type cached struct {
	Tables []ingest.Table `json:"tables"`
}

func cacheDir() string {
	if d := os.Getenv("EVAL_CACHE"); d != "" {
		return d
	}
	return filepath.Join(os.TempDir(), "tabletalk-evalset")
}

// readerSum tells one state of the code that reads files from another: what
// an earlier run read with other code is not what this one would read.
var readerSum = sync.OnceValues(func() (string, error) {
	h := sha256.New()
	for _, dir := range []string{"ingest", "table", "catalog"} {
		err := filepath.WalkDir(filepath.Join("..", "..", dir), func(path string, d os.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			b, err := os.ReadFile(path)
			h.Write(b)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
})

// read ingests a file, or gives what an earlier run read.
func read(file string) (cached, string, error) {
	var c cached
	reader, err := readerSum()
	if err != nil {
		return c, "", err
	}
	sum := sha256.Sum256([]byte(reader + file))
	dir := filepath.Join(cacheDir(), hex.EncodeToString(sum[:8]))
	if b, err := os.ReadFile(dir + "/tables.json"); err == nil && json.Unmarshal(b, &c) == nil {
		return c, dir, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return c, "", err
	}
	db, err := sql.Open("duckdb", "?threads=1")
	if err != nil {
		return c, "", err
	}
	defer db.Close()
	conn, err := db.Conn(context.Background())
	if err != nil {
		return c, "", err
	}
	defer conn.Close()
	res, err := ingest.Work(context.Background(), conn, ingest.Spec{Name: filepath.Base(file), File: file, Dir: dir}, nil)
	if err != nil {
		return c, "", err
	}
	c.Tables = res.Tables
	b, err := json.Marshal(c)
	if err != nil {
		return c, "", err
	}
	return c, dir, os.WriteFile(dir+"/tables.json", b, 0o600)
}

func open(files []string) (*world, error) {
	db, err := sql.Open("duckdb", "?threads=1")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	w := &world{db: db, cat: &catalog.Catalog{}}
	for _, f := range files {
		c, dir, err := read(f)
		if err != nil {
			continue
		}
		for _, t := range c.Tables {
			name := strings.ReplaceAll(t.Name, `"`, `""`)
			from := fmt.Sprintf("read_parquet('%s')", filepath.Join(dir, t.File))
			if _, err := db.Exec(fmt.Sprintf(`CREATE TABLE "%s" AS SELECT * FROM %s`, name, from)); err != nil {
				return nil, err
			}
			if _, err := db.Exec(fmt.Sprintf(`CREATE VIEW "%s#rows" AS SELECT *, rowid + 1 AS _row FROM "%s"`, name, name)); err != nil {
				return nil, err
			}
			w.cat.Tables = append(w.cat.Tables, catalog.Table{ID: t.Name, Name: t.Name, Rows: t.Rows, Columns: t.Columns, Values: catalog.BuildIndex(t.Values)})
		}
	}
	if len(w.cat.Tables) == 0 {
		db.Close()
		return nil, fmt.Errorf("no table could be read")
	}
	w.join()
	return w, nil
}

// join finds joins by the names and types of columns and by counting, as
// dataset does.
func (w *world) join() {
	for i := range w.cat.Tables {
		for j := range w.cat.Tables {
			if i != j {
				w.joinPair(&w.cat.Tables[i], &w.cat.Tables[j])
			}
		}
	}
}

func (w *world) joinPair(many, one *catalog.Table) {
	for _, k := range catalog.KeyPairs(many, one) {
		if catalog.Joined(w.cat.Joins, many.Name, one.Name) {
			continue
		}
		var included, all, keys, distinct float64
		q := fmt.Sprintf(`SELECT count(*) FILTER (x IN (SELECT "%[1]s" FROM "%[2]s")), count(*), (SELECT count("%[1]s") FROM "%[2]s"), (SELECT count(DISTINCT "%[1]s") FROM "%[2]s")
FROM (SELECT DISTINCT "%[3]s" AS x FROM "%[4]s") WHERE x IS NOT NULL`, k.One, one.Name, k.Many, many.Name)
		if w.db.QueryRow(q).Scan(&included, &all, &keys, &distinct) != nil || all == 0 || included < 0.9*all || distinct < keys {
			continue
		}
		w.cat.Joins = append(w.cat.Joins, catalog.Join{Many: catalog.ColumnRef{Table: many.Name, Column: k.Many}, One: catalog.ColumnRef{Table: one.Name, Column: k.One}, Unique: true, Inclusion: included / all})
	}
}

// run computes a plan.
func (w *world) run(p *plan.Plan, now time.Time) (rows [][]any, text string, err error) {
	st, err := sqlgen.Compile(p, w.cat, sqlgen.DuckDB, sqlgen.Options{Now: now})
	if err != nil {
		return nil, "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	r, err := w.db.QueryContext(ctx, st.SQL, st.Args...)
	if err != nil {
		return nil, st.Display, err
	}
	defer r.Close()
	cols, _ := r.Columns()
	for r.Next() && len(rows) < 5000 {
		row := make([]any, len(cols))
		ptr := make([]any, len(cols))
		for i := range row {
			ptr[i] = &row[i]
		}
		if err := r.Scan(ptr...); err != nil {
			return nil, st.Display, err
		}
		for i := range row {
			row[i] = plain(row[i])
		}
		rows = append(rows, row)
	}
	return rows, st.Display, r.Err()
}

// plain gives a value of the driver as an answer shows it.
func plain(v any) any {
	switch x := v.(type) {
	case time.Time:
		if x.Year() <= 1 {
			return x.Format("15:04:05")
		}
		if x.Hour()+x.Minute()+x.Second() == 0 {
			return x.Format(time.DateOnly)
		}
		return x.Format("2006-01-02 15:04:05")
	case duckdb.Decimal:
		return x.Float64()
	case *big.Int:
		f, _ := new(big.Float).SetInt(x).Float64()
		return f
	case int:
		return int64(x)
	case int8:
		return int64(x)
	case int16:
		return int64(x)
	case int32:
		return int64(x)
	case uint64:
		return int64(x)
	case float32:
		return float64(x)
	}
	return v
}

func root(t testing.TB) string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "..", "shared", "data")
	if d := os.Getenv("EVAL_DATA"); d != "" {
		dir = d
	}
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("the public sets are missing: ", err)
		}
		t.Skip("the public sets are not here: ", err)
	}
	abs, _ := filepath.Abs(dir)
	return abs
}
