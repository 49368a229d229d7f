-- What each person asked of language models, by day.

-- +goose Up
CREATE TABLE model_people (
    workspace_id TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    day          BIGINT NOT NULL,
    calls        BIGINT NOT NULL,
    micros       BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, user_id, day)
);

-- +goose Down
DROP TABLE model_people;
