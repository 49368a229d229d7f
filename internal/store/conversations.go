package store

import (
	"context"
	"database/sql"

	"tabletalk/internal/conversation"
	"tabletalk/internal/session"
)

const conversationColumns = `c.id, c.session_id, c.name, c.created_at, c.updated_at`

// BeginConversation stores a new conversation with its first answers, all or
// nothing. A session that is not of the workspace is not_found.
func (s *Store) BeginConversation(ctx context.Context, workspace string, c conversation.Conversation, first ...conversation.Kept) error {
	const op = "store.BeginConversation"
	parts := make([]queryParts, len(first))
	for i, k := range first {
		var err error
		if parts[i], err = s.packQuery(k); err != nil {
			return s.fail(op, err)
		}
	}
	return s.inTx(ctx, op, func(tx *sql.Tx) error {
		if err := s.live(ctx, tx, workspace, c.SessionID); err != nil {
			return err
		}
		if err := addConversation(ctx, tx, c); err != nil {
			return err
		}
		for i, k := range first {
			if err := s.addQuery(ctx, tx, workspace, k.Answer, parts[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func addConversation(ctx context.Context, tx *sql.Tx, c conversation.Conversation) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO conversations (id, session_id, name, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5)`, c.ID, c.SessionID, text(c.Name), micros(c.CreatedAt), micros(c.UpdatedAt))
	return err
}

// Conversation gives a conversation of a session.
func (s *Store) Conversation(ctx context.Context, sessionID, id string) (*conversation.Conversation, error) {
	row := s.read.QueryRowContext(ctx, `SELECT `+conversationColumns+` FROM conversations c
		JOIN sessions s ON s.id = c.session_id
		WHERE c.id = $1 AND c.session_id = $2 AND s.status = 'active' AND s.expires_at > $3`,
		text(id), text(sessionID), micros(s.now()))
	c, err := scanConversation(func(into ...any) error { return one(row, noConversation(), into...) })
	if err != nil {
		return nil, s.fail("store.Conversation", err)
	}
	return &c, nil
}

// Conversations lists the conversations of a session, newest first.
func (s *Store) Conversations(ctx context.Context, sessionID string, p session.Page) ([]conversation.Conversation, string, error) {
	const op = "store.Conversations"
	limit, from, err := pageOf(p)
	if err != nil {
		return nil, "", err
	}
	if err := s.live(ctx, s.read, "", sessionID); err != nil {
		return nil, "", s.fail(op, err)
	}
	list := []conversation.Conversation{}
	err = each(ctx, s.read, func(rows *sql.Rows) error {
		c, err := scanConversation(rows.Scan)
		list = append(list, c)
		return err
	}, `SELECT `+conversationColumns+` FROM conversations c WHERE c.session_id = $1
		AND (c.created_at < $2 OR (c.created_at = $2 AND c.id < $3))
		ORDER BY c.created_at DESC, c.id DESC LIMIT $4`, text(sessionID), from.at, from.id, limit+1)
	if err != nil {
		return nil, "", s.fail(op, err)
	}
	list, next := paged(list, limit, func(c conversation.Conversation) position { return position{micros(c.CreatedAt), c.ID} })
	return list, next, nil
}

// RenameConversation gives a conversation another name.
func (s *Store) RenameConversation(ctx context.Context, sessionID, id, name string) error {
	return s.inTx(ctx, "store.RenameConversation", func(tx *sql.Tx) error {
		if err := s.live(ctx, tx, "", sessionID); err != nil {
			return err
		}
		return change(ctx, tx, noConversation(), `UPDATE conversations SET name = $1, updated_at = $2
			WHERE id = $3 AND session_id = $4`, text(name), micros(s.now()), text(id), text(sessionID))
	})
}

// DeleteConversation removes a conversation with its questions.
func (s *Store) DeleteConversation(ctx context.Context, sessionID, id string) error {
	return s.inTx(ctx, "store.DeleteConversation", func(tx *sql.Tx) error {
		if err := s.live(ctx, tx, "", sessionID); err != nil {
			return err
		}
		return change(ctx, tx, noConversation(), `DELETE FROM conversations WHERE id = $1 AND session_id = $2`,
			text(id), text(sessionID))
	})
}

func scanConversation(scan func(...any) error) (conversation.Conversation, error) {
	var c conversation.Conversation
	var created, updated int64
	err := scan(&c.ID, &c.SessionID, &c.Name, &created, &updated)
	c.CreatedAt, c.UpdatedAt = fromMicros(created), fromMicros(updated)
	return c, err
}
