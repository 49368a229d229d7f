-- Work that goes on while nobody waits. holder is the process that does a job,
-- and held_until until when nobody else may take it.

-- +goose Up
CREATE TABLE jobs (
    id           TEXT    PRIMARY KEY,
    workspace_id TEXT    NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    session_id   TEXT    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    kind         TEXT    NOT NULL,
    subject      TEXT    NOT NULL,
    status       TEXT    NOT NULL,
    stage        TEXT    NOT NULL,
    done         BIGINT  NOT NULL,
    total        BIGINT  NOT NULL,
    problem      BYTEA,
    attempts     BIGINT  NOT NULL,
    cancel       BOOLEAN NOT NULL,
    holder       TEXT    NOT NULL,
    held_until   BIGINT  NOT NULL,
    created_at   BIGINT  NOT NULL,
    updated_at   BIGINT  NOT NULL
);
CREATE INDEX jobs_newest ON jobs (workspace_id, created_at DESC, id DESC);
CREATE INDEX jobs_of_session ON jobs (session_id, created_at DESC, id DESC);
CREATE INDEX jobs_open ON jobs (status, created_at);

-- +goose Down
DROP TABLE jobs;
