package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"net/url"

	duckdb "github.com/duckdb/duckdb-go/v2"
)

// OpenJob starts an instance for an import: it may open what lies below dirs,
// and nothing else. It ends with the process.
func OpenJob(ctx context.Context, s Settings, dirs []string) (*sql.Conn, error) {
	query := url.Values{}
	for name, value := range s.options() {
		query.Set(name, value)
	}
	connector, err := duckdb.NewConnector("?"+query.Encode(), func(driver.ExecerContext) error { return nil })
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, closing(db, err)
	}
	for _, statement := range lockStatements(nil, dirs) {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return nil, closing(db, err)
		}
	}
	return conn, nil
}

func closing(db *sql.DB, err error) error {
	_ = db.Close()
	return err
}
