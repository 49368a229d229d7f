package store

import (
	"encoding/base64"
	"encoding/binary"
	"strings"

	"tabletalk/internal/fault"
	"tabletalk/internal/session"
)

// Limits of a page.
const (
	defaultLimit = 50
	maxLimit     = 200
)

// position is where a page ended: lists run from newest to oldest, ties by id.
type position struct {
	at int64
	id string
}

// start is before every row: the first page.
func start() position { return position{at: 1<<63 - 1, id: "\U0010FFFF"} }

// pageOf reads a page request. A cursor that is not ours is malformed.
func pageOf(p session.Page) (limit int, from position, err error) {
	limit = p.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	limit = min(limit, maxLimit)
	if p.Cursor == "" {
		return limit, start(), nil
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(p.Cursor)
	if err != nil || strings.ContainsAny(p.Cursor, "\r\n") || len(raw) < 9 || len(raw) > 200 || text(string(raw[8:])) != string(raw[8:]) {
		return 0, position{}, fault.New(fault.Malformed, "cursor", "The cursor of the list is not one that was given out.").
			WithHint("Leave the cursor out to start from the newest.")
	}
	return limit, position{at: int64(binary.BigEndian.Uint64(raw)), id: string(raw[8:])}, nil
}

// cursor makes the opaque text of a position.
func (p position) cursor() string {
	raw := binary.BigEndian.AppendUint64(nil, uint64(p.at))
	return base64.RawURLEncoding.EncodeToString(append(raw, p.id...))
}

// paged cuts the one row that was read beyond the limit and gives the cursor
// of the next page, empty at the end.
func paged[T any](list []T, limit int, at func(T) position) ([]T, string) {
	if len(list) <= limit {
		return list, ""
	}
	list = list[:limit]
	return list, at(list[limit-1]).cursor()
}
