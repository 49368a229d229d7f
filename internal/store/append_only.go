package store

import (
	"context"
	"database/sql"

	"github.com/pressly/goose/v3"
)

// auditVersion is the migration that makes the audit log append-only. The
// words for it are different in each database, so it is no file.
const auditVersion = 12

// What was written stays as it was, and for a month at least, whoever asks the
// database: older entries go when their time (audit-keep) is over.
var appendOnly = map[kind][]string{
	sqliteKind: {
		`CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END`,
		`CREATE TRIGGER audit_kept BEFORE DELETE ON audit WHEN OLD.created_at > (CAST(strftime('%s', 'now') AS INTEGER) - 30 * 86400) * 1000000
			BEGIN SELECT RAISE(ABORT, 'the audit log is kept for a month at least'); END`,
	},
	postgresKind: {
		`CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			IF TG_OP = 'DELETE' THEN
				IF OLD.created_at <= (extract(epoch FROM now()) - 30 * 86400) * 1000000 THEN RETURN OLD; END IF;
			END IF;
			RAISE EXCEPTION 'the audit log is never changed, and kept for a month at least';
		END $$`,
		`CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_stays()`,
		`CREATE TRIGGER audit_whole BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()`,
	},
}

var noLongerAppendOnly = map[kind][]string{
	sqliteKind:   {`DROP TRIGGER audit_unchanged`, `DROP TRIGGER audit_kept`},
	postgresKind: {`DROP TRIGGER audit_whole ON audit`, `DROP TRIGGER audit_stays ON audit`, `DROP FUNCTION audit_stays`},
}

// auditMigration is the migration for a kind of database.
func auditMigration(k kind) *goose.Migration {
	return goose.NewGoMigration(auditVersion, &goose.GoFunc{RunTx: statements(appendOnly[k])}, &goose.GoFunc{RunTx: statements(noLongerAppendOnly[k])})
}

func statements(list []string) func(context.Context, *sql.Tx) error {
	return func(ctx context.Context, tx *sql.Tx) error {
		for _, s := range list {
			if _, err := tx.ExecContext(ctx, s); err != nil {
				return err
			}
		}
		return nil
	}
}
