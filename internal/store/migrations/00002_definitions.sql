-- What people teach. scope_id is the session, or the workspace for all of its
-- sessions; identity is what may be there once in a scope.

-- +goose Up
CREATE TABLE definitions (
    id           TEXT   PRIMARY KEY,
    workspace_id TEXT   NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    session_id   TEXT   REFERENCES sessions (id) ON DELETE CASCADE,
    scope_id     TEXT   NOT NULL,
    identity     TEXT   NOT NULL,
    document     BYTEA  NOT NULL,
    shape        TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    UNIQUE (scope_id, identity)
);
CREATE INDEX definitions_newest ON definitions (scope_id, created_at DESC, id DESC);
CREATE INDEX definitions_session ON definitions (session_id);
CREATE INDEX definitions_workspace ON definitions (workspace_id);

-- +goose Down
DROP TABLE definitions;
