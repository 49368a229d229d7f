package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"tabletalk/internal/conversation"
	"tabletalk/internal/question"
	"tabletalk/internal/session"
)

// pageBytes bounds the packed documents of one page: a page of large answers
// is shorter than asked for, and its cursor leads on.
const pageBytes = 16 << 20

// AddQuery keeps an answer and touches its conversation. A conversation that
// is not of the answer's session, or a session not of the workspace, is
// not_found.
func (s *Store) AddQuery(ctx context.Context, workspace string, k conversation.Kept) error {
	const op = "store.AddQuery"
	parts, err := s.packQuery(k)
	if err != nil {
		return s.fail(op, err)
	}
	return s.inTx(ctx, op, func(tx *sql.Tx) error {
		if err := s.live(ctx, tx, workspace, k.Answer.SessionID); err != nil {
			return err
		}
		return s.addQuery(ctx, tx, workspace, k.Answer, parts)
	})
}

func (s *Store) addQuery(ctx context.Context, tx *sql.Tx, workspace string, a conversation.Answer, parts queryParts) error {
	now := micros(s.now())
	if err := change(ctx, tx, noConversation(), `UPDATE conversations SET updated_at = $1 WHERE id = $2 AND session_id = $3`,
		now, text(a.ConversationID), text(a.SessionID)); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO queries (id, workspace_id, session_id, conversation_id, question, status,
		confidence, intent, reader, plan_text, statement, feedback, elapsed_ms, plan, group_keys, document, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
		a.QueryID, workspace, a.SessionID, a.ConversationID, text(a.Query), string(a.Status),
		a.Confidence, text(a.Intent), a.Reader, text(a.PlanText), text(a.SQL), text(a.Feedback), a.ElapsedMS,
		parts.plan, parts.keys, parts.document, micros(a.CreatedAt), now)
	return err
}

type queryParts struct{ plan, keys, document []byte }

func (s *Store) packQuery(k conversation.Kept) (p queryParts, err error) {
	if p.document, err = s.codec.pack(k.Answer); err != nil {
		return p, err
	}
	if p.plan, err = s.codec.pack(k.Answer.Plan); err != nil || len(k.Keys) == 0 {
		return p, err
	}
	stored, err := storeKeys(k.Keys)
	if err != nil {
		return p, err
	}
	p.keys, err = s.codec.pack(stored)
	return p, err
}

// Query gives the answer document of a question of the workspace.
func (s *Store) Query(ctx context.Context, workspace, id string) (*conversation.Answer, error) {
	row := s.read.QueryRowContext(ctx, `SELECT q.document, q.feedback FROM queries q JOIN sessions s ON s.id = q.session_id
		WHERE q.id = $1 AND s.workspace_id = $2 AND s.status = 'active' AND s.expires_at > $3`,
		text(id), text(workspace), micros(s.now()))
	var document []byte
	var feedback string
	if err := one(row, noQuery(), &document, &feedback); err != nil {
		return nil, s.fail("store.Query", err)
	}
	a, err := s.answerOf(document, feedback)
	return a, s.fail("store.Query", err)
}

// Queries lists the answers of a session, newest first, or of one of its
// conversations. A page may be shorter than its limit where answers are
// large; only an empty cursor is the end.
func (s *Store) Queries(ctx context.Context, sessionID, conversationID string, p session.Page) ([]conversation.Answer, string, error) {
	const op = "store.Queries"
	limit, from, err := pageOf(p)
	if err != nil {
		return nil, "", err
	}
	if conversationID == "" {
		err = s.live(ctx, s.read, "", sessionID)
	} else {
		_, err = s.Conversation(ctx, sessionID, conversationID)
	}
	if err != nil {
		return nil, "", s.fail(op, err)
	}
	list, next, err := s.queryPage(ctx, sessionID, conversationID, limit, from)
	return list, next, s.fail(op, err)
}

// queryPage reads until the limit or the bytes of a page are reached.
func (s *Store) queryPage(ctx context.Context, sessionID, conversationID string, limit int, from position) ([]conversation.Answer, string, error) {
	list := []conversation.Answer{}
	size := 0
	rows, err := s.queryRows(ctx, sessionID, conversationID, limit, from)
	if err != nil {
		return nil, "", err
	}
	defer rows.Close()
	last := from
	for rows.Next() {
		var at position
		var document []byte
		var feedback string
		if err := rows.Scan(&at.id, &at.at, &document, &feedback); err != nil {
			return nil, "", err
		}
		if len(list) == limit || (len(list) > 0 && size+len(document) > pageBytes) {
			return list, last.cursor(), nil
		}
		a, err := s.answerOf(document, feedback)
		if err != nil {
			return nil, "", err
		}
		list, size, last = append(list, *a), size+len(document), at
	}
	return list, "", rows.Err()
}

func (s *Store) queryRows(ctx context.Context, sessionID, conversationID string, limit int, from position) (*sql.Rows, error) {
	of, id := "session_id", sessionID
	if conversationID != "" {
		of, id = "conversation_id", conversationID
	}
	return s.read.QueryContext(ctx, `SELECT q.id, q.created_at, q.document, q.feedback FROM queries q WHERE q.`+of+` = $1
		AND (q.created_at < $2 OR (q.created_at = $2 AND q.id < $3))
		ORDER BY q.created_at DESC, q.id DESC LIMIT $4`, text(id), from.at, from.id, limit+1)
}

// Turns gives the answered questions of a conversation that have a plan,
// oldest first, at most the last limit of them; and, without a plan, the places
// where it was started over. Their results are not read.
func (s *Store) Turns(ctx context.Context, conversationID string, limit int) ([]conversation.Turn, error) {
	list := []conversation.Turn{}
	err := each(ctx, s.read, func(rows *sql.Rows) error {
		var t conversation.Turn
		var packedPlan, packedKeys []byte
		if err := rows.Scan(&t.QueryID, &t.Text, &t.Sure, &packedPlan, &packedKeys); err != nil {
			return err
		}
		err := s.codec.unpack(packedPlan, &t.Plan)
		if err == nil {
			t.Keys, err = s.unpackKeys(packedKeys)
		}
		list = append(list, t)
		return err
	}, `SELECT q.id, q.question, q.confidence, q.plan, q.group_keys FROM queries q WHERE q.conversation_id = $1 AND q.status = $2
		AND (q.plan_text <> '' OR q.intent = '`+conversation.StartedOver+`')
		ORDER BY q.created_at DESC, q.id DESC LIMIT $3`, text(conversationID), string(question.Answered), limit)
	slices.Reverse(list)
	return list, s.fail("store.Turns", err)
}

// Before gives the answers of a conversation before one of them, oldest first:
// the last limit of them, and no more than fit in a page.
func (s *Store) Before(ctx context.Context, workspace, queryID string, limit int) ([]conversation.Kept, error) {
	list := []conversation.Kept{}
	size := 0
	err := each(ctx, s.read, func(rows *sql.Rows) error {
		var document, packedKeys []byte
		if err := rows.Scan(&document, &packedKeys); err != nil {
			return err
		}
		if size += len(document); size > pageBytes {
			return nil
		}
		a, err := s.answerOf(document, "")
		if err != nil {
			return err
		}
		keys, err := s.unpackKeys(packedKeys)
		list = append(list, conversation.Kept{Answer: *a, Keys: keys})
		return err
	}, `SELECT q.document, q.group_keys FROM queries q JOIN queries e ON e.conversation_id = q.conversation_id
		WHERE e.id = $1 AND e.workspace_id = $2 AND (q.created_at < e.created_at OR (q.created_at = e.created_at AND q.id < e.id))
		ORDER BY q.created_at DESC, q.id DESC LIMIT $3`, text(queryID), text(workspace), limit)
	slices.Reverse(list)
	return list, s.fail("store.Before", err)
}

// SetFeedback keeps what a person thinks of an answer.
func (s *Store) SetFeedback(ctx context.Context, workspace, id, feedback string) error {
	const op = "store.SetFeedback"
	err := change(ctx, s.write, noQuery(), `UPDATE queries SET feedback = $1, updated_at = $2 WHERE id = $3 AND session_id IN
		(SELECT id FROM sessions WHERE workspace_id = $4 AND status = 'active' AND expires_at > $2)`,
		text(feedback), micros(s.now()), text(id), text(workspace))
	return s.fail(op, err)
}

// answerOf unpacks a document; feedback is kept beside it, for it changes.
func (s *Store) answerOf(document []byte, feedback string) (*conversation.Answer, error) {
	var a conversation.Answer
	if len(document) == 0 {
		return nil, errors.New("an answer has no document")
	}
	if err := s.codec.unpack(document, &a); err != nil {
		return nil, err
	}
	typeRows(a.Result)
	a.Feedback = feedback
	return &a, nil
}

func (s *Store) unpackKeys(packed []byte) ([]question.Key, error) {
	var stored []storedKey
	if err := s.codec.unpack(packed, &stored); err != nil {
		return nil, err
	}
	return restoreKeys(stored), nil
}
