-- A job may be about one table, and about what that held when it was added.

-- +goose Up
ALTER TABLE jobs ADD COLUMN table_id TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN content TEXT NOT NULL DEFAULT '';
CREATE INDEX jobs_of_table ON jobs (table_id);

-- +goose Down
DROP INDEX jobs_of_table;
ALTER TABLE jobs DROP COLUMN content;
ALTER TABLE jobs DROP COLUMN table_id;
