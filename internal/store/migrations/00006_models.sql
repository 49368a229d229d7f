-- What may be sent to a language model, what was sent, and what it cost. The
-- requests of a question go with its session; what was spent stays.

-- +goose Up
CREATE TABLE egress_limits (
    scope_id     TEXT   PRIMARY KEY,
    workspace_id TEXT   NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    session_id   TEXT   REFERENCES sessions (id) ON DELETE CASCADE,
    egress       TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL
);
CREATE INDEX egress_limits_of_workspace ON egress_limits (workspace_id);
CREATE INDEX egress_limits_of_session ON egress_limits (session_id);

CREATE TABLE sendings (
    id           TEXT   PRIMARY KEY,
    workspace_id TEXT   NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    session_id   TEXT   NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    subject_id   TEXT   NOT NULL,
    document     BYTEA  NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL
);
CREATE INDEX sendings_of_subject ON sendings (subject_id);
CREATE INDEX sendings_of_session ON sendings (session_id);
CREATE INDEX sendings_of_workspace ON sendings (workspace_id);

CREATE TABLE model_spending (
    workspace_id TEXT   NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    day          BIGINT NOT NULL,
    micros       BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, day)
);

-- +goose Down
DROP TABLE model_spending;
DROP TABLE sendings;
DROP TABLE egress_limits;
