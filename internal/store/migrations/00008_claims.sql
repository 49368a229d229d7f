-- Room that is kept free for what is on its way, so that several uploads at
-- once stay within a quota together. holder is the process that writes, "" for
-- an upload that outlives it.

-- +goose Up
CREATE TABLE claims (
    id         TEXT   PRIMARY KEY,
    session_id TEXT   NOT NULL,
    owner_id   TEXT   NOT NULL,
    workspace_id TEXT NOT NULL,
    holder     TEXT   NOT NULL,
    size       BIGINT NOT NULL,
    until      BIGINT NOT NULL
);
CREATE INDEX claims_of_workspace ON claims (workspace_id);

-- +goose Down
DROP TABLE claims;
