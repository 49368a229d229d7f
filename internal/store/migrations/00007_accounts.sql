-- Who may come in. email_key is what addresses are the same by; of passwords,
-- tokens, keys and links there are hashes only.

-- +goose Up
CREATE TABLE users (
    id           TEXT    PRIMARY KEY,
    workspace_id TEXT    NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    email        TEXT    NOT NULL,
    email_key    TEXT    NOT NULL UNIQUE,
    name         TEXT    NOT NULL,
    role         TEXT    NOT NULL,
    active       BOOLEAN NOT NULL,
    password     TEXT    NOT NULL,
    subject      TEXT    UNIQUE,
    seen_at      BIGINT  NOT NULL,
    created_at   BIGINT  NOT NULL,
    updated_at   BIGINT  NOT NULL
);
CREATE INDEX users_newest ON users (workspace_id, created_at DESC, id DESC);

-- A login is a family of tokens: of each exchange the token before is kept, so
-- that one which comes back is known.
CREATE TABLE logins (
    id         TEXT   PRIMARY KEY,
    user_id    TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    agent      TEXT   NOT NULL,
    address    TEXT   NOT NULL,
    idle_until BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX logins_of_user ON logins (user_id, created_at DESC, id DESC);

CREATE TABLE login_tokens (
    hash       TEXT   PRIMARY KEY,
    login_id   TEXT   NOT NULL REFERENCES logins (id) ON DELETE CASCADE,
    used_at    BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX login_tokens_of_login ON login_tokens (login_id);

CREATE TABLE api_keys (
    id         TEXT   PRIMARY KEY,
    user_id    TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name       TEXT   NOT NULL,
    hash       TEXT   NOT NULL UNIQUE,
    hint       TEXT   NOT NULL,
    scope      TEXT   NOT NULL,
    used_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX api_keys_of_user ON api_keys (user_id, created_at DESC, id DESC);

CREATE TABLE links (
    id           TEXT   PRIMARY KEY,
    hash         TEXT   NOT NULL UNIQUE,
    purpose      TEXT   NOT NULL,
    workspace_id TEXT   NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id      TEXT   REFERENCES users (id) ON DELETE CASCADE,
    login_id     TEXT   REFERENCES logins (id) ON DELETE CASCADE,
    email        TEXT   NOT NULL,
    role         TEXT   NOT NULL,
    expires_at   BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL
);
CREATE INDEX links_of_workspace ON links (workspace_id, purpose, created_at DESC);
CREATE INDEX links_of_user ON links (user_id);
CREATE INDEX links_of_login ON links (login_id);

-- Who else may look at a session, or work in it.
CREATE TABLE shares (
    session_id TEXT   NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    user_id    TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (session_id, user_id)
);
CREATE INDEX shares_of_user ON shares (user_id);
CREATE INDEX sessions_of_owner ON sessions (owner_id, created_at DESC, id DESC);

-- Who did what to which object. Rows are added and read, never changed.
CREATE TABLE audit (
    id           TEXT    PRIMARY KEY,
    workspace_id TEXT    NOT NULL,
    actor_id     TEXT    NOT NULL,
    action       TEXT    NOT NULL,
    object       TEXT    NOT NULL,
    outcome      TEXT    NOT NULL,
    request_id   TEXT    NOT NULL,
    address      TEXT    NOT NULL,
    created_at   BIGINT  NOT NULL,
    updated_at   BIGINT  NOT NULL
);
CREATE INDEX audit_newest ON audit (workspace_id, created_at DESC, id DESC);

-- +goose Down
DROP TABLE audit;
DROP INDEX sessions_of_owner;
DROP TABLE shares;
DROP TABLE links;
DROP TABLE api_keys;
DROP TABLE login_tokens;
DROP TABLE logins;
DROP TABLE users;
