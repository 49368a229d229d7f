-- The base of the product, in SQL that SQLite and PostgreSQL both read.
-- Times are microseconds since 1970, UTC. Documents are JSON packed with zstd.

-- +goose Up
CREATE TABLE workspaces (
    id         TEXT   PRIMARY KEY,
    name       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

INSERT INTO workspaces (id, name, created_at, updated_at)
VALUES ('00000000-0000-7000-8000-000000000001', 'default', 0, 0);

CREATE TABLE sessions (
    id           TEXT   PRIMARY KEY,
    workspace_id TEXT   NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    owner_id     TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    status       TEXT   NOT NULL,
    version      BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
);
CREATE INDEX sessions_newest ON sessions (workspace_id, created_at DESC, id DESC);
CREATE INDEX sessions_due ON sessions (expires_at);

CREATE TABLE files (
    id         TEXT   PRIMARY KEY,
    session_id TEXT   NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    name       TEXT   NOT NULL,
    size       BIGINT NOT NULL,
    sha256     TEXT   NOT NULL,
    status     TEXT   NOT NULL,
    receipt    BYTEA,
    problem    BYTEA,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX files_newest ON files (session_id, created_at DESC, id DESC);

-- name_key is the name in lower case: names in SQL do not differ by case.
CREATE TABLE tables (
    id          TEXT    PRIMARY KEY,
    session_id  TEXT    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    file_id     TEXT    NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    position    BIGINT  NOT NULL,
    name        TEXT    NOT NULL,
    name_key    TEXT    NOT NULL,
    row_count   BIGINT  NOT NULL,
    column_list BYTEA   NOT NULL,
    sha256      TEXT    NOT NULL,
    size        BIGINT  NOT NULL,
    blob_key    TEXT    NOT NULL,
    index_key   TEXT    NOT NULL,
    profiled    BOOLEAN NOT NULL,
    profile     BYTEA,
    created_at  BIGINT  NOT NULL,
    updated_at  BIGINT  NOT NULL,
    UNIQUE (session_id, name_key)
);
CREATE INDEX tables_file ON tables (file_id);
CREATE INDEX tables_blob ON tables (blob_key);
CREATE INDEX tables_index ON tables (index_key);

CREATE TABLE conversations (
    id         TEXT   PRIMARY KEY,
    session_id TEXT   NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    name       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX conversations_newest ON conversations (session_id, created_at DESC, id DESC);

-- document is the whole answer; plan and keys are kept beside it, so that a
-- follow-up does not read results.
CREATE TABLE queries (
    id              TEXT   PRIMARY KEY,
    workspace_id    TEXT   NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    session_id      TEXT   NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    conversation_id TEXT   NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    question        TEXT   NOT NULL,
    status          TEXT   NOT NULL,
    confidence      TEXT   NOT NULL,
    intent          TEXT   NOT NULL,
    reader          TEXT   NOT NULL,
    plan_text       TEXT   NOT NULL,
    statement       TEXT   NOT NULL,
    feedback        TEXT   NOT NULL,
    elapsed_ms      BIGINT NOT NULL,
    plan            BYTEA,
    group_keys      BYTEA,
    document        BYTEA  NOT NULL,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL
);
CREATE INDEX queries_of_session ON queries (session_id, created_at DESC, id DESC);
CREATE INDEX queries_of_conversation ON queries (conversation_id, created_at DESC, id DESC);
CREATE INDEX queries_of_workspace ON queries (workspace_id);

CREATE TABLE idempotency_keys (
    workspace_id TEXT    NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    route        TEXT    NOT NULL,
    idem_key     TEXT    NOT NULL,
    body_hash    TEXT    NOT NULL,
    claim        TEXT    NOT NULL,
    done         BOOLEAN NOT NULL,
    status       BIGINT  NOT NULL,
    content_type TEXT    NOT NULL,
    body         BYTEA,
    busy_until   BIGINT  NOT NULL,
    expires_at   BIGINT  NOT NULL,
    created_at   BIGINT  NOT NULL,
    updated_at   BIGINT  NOT NULL,
    PRIMARY KEY (workspace_id, route, idem_key)
);
CREATE INDEX idempotency_keys_due ON idempotency_keys (expires_at);

-- Content that a deleted table named. It is removed from the blob store once
-- it has waited a while and no table names it.
CREATE TABLE released_blobs (
    blob_key   TEXT   PRIMARY KEY,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX released_blobs_due ON released_blobs (updated_at);

-- +goose Down
DROP TABLE released_blobs;
DROP TABLE idempotency_keys;
DROP TABLE queries;
DROP TABLE conversations;
DROP TABLE tables;
DROP TABLE files;
DROP TABLE sessions;
DROP TABLE workspaces;
