-- Calls and money that are kept free for questions a model reads now, so that
-- several at once stay within a limit together.

-- +goose Up
CREATE TABLE model_holds (
    id           TEXT   PRIMARY KEY,
    workspace_id TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    calls        BIGINT NOT NULL,
    micros       BIGINT NOT NULL,
    until        BIGINT NOT NULL
);
CREATE INDEX model_holds_of_workspace ON model_holds (workspace_id);

-- +goose Down
DROP TABLE model_holds;
