-- Versions of a file. The newest state stands in files and tables; document
-- holds all of an earlier one. file_blobs names the content that a version
-- needs: what was uploaded, and the tables of earlier versions.

-- +goose Up
ALTER TABLE files ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE files ADD COLUMN kind TEXT NOT NULL DEFAULT 'upload';
ALTER TABLE files ADD COLUMN origin BYTEA;
CREATE INDEX files_content ON files (session_id, sha256);

CREATE TABLE file_versions (
    file_id    TEXT   NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    number     BIGINT NOT NULL,
    document   BYTEA  NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (file_id, number)
);

CREATE TABLE file_blobs (
    file_id    TEXT   NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    number     BIGINT NOT NULL,
    blob_key   TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (file_id, number, blob_key)
);
CREATE INDEX file_blobs_key ON file_blobs (blob_key);

-- +goose Down
DROP TABLE file_blobs;
DROP TABLE file_versions;
DROP INDEX files_content;
ALTER TABLE files DROP COLUMN origin;
ALTER TABLE files DROP COLUMN kind;
ALTER TABLE files DROP COLUMN version;
