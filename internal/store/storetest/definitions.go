package storetest

import (
	"fmt"
	"testing"
	"time"

	"tabletalk/internal/definition"
	"tabletalk/internal/session"
)

func (b *bench) definition(s session.Session, scope definition.Scope, phrase string) definition.Definition {
	now := b.clock.now()
	d := definition.Definition{ID: id(), Workspace: s.Workspace, CreatedAt: now, UpdatedAt: now,
		Meaning: definition.Meaning{Kind: definition.Synonym, Scope: scope, Phrase: phrase, Table: "orders", Column: "profit", Value: "a\x00ä"}}
	if scope == definition.ThisSession {
		d.SessionID = s.ID
	}
	return d
}

// version is what the caches of a session's data are matched by.
func (b *bench) version(t *testing.T, s session.Session) int64 {
	t.Helper()
	got, err := b.Session(b.ctx, s.Workspace, s.ID)
	ok(t, err)
	return got.Version
}

func definitionLife(t *testing.T, b *bench) {
	s, other := b.session(t), b.session(t)
	d := b.definition(s, definition.ThisSession, "zorp")
	before := b.version(t, s)
	ok(t, b.AddDefinition(b.ctx, d, 10))
	got, err := b.Definition(b.ctx, s.Workspace, s.ID, d.ID)
	ok(t, err)
	same(t, d, *got)
	_, err = b.Definition(b.ctx, other.Workspace, other.ID, d.ID)
	wants(t, err, "definition_not_found")
	_, err = b.Definition(b.ctx, otherWorkspace, s.ID, d.ID)
	wants(t, err, "session_not_found")

	twice := b.definition(s, definition.ThisSession, "Zorps")
	wants(t, b.AddDefinition(b.ctx, twice, 10), "definition_exists")
	b.clock.forward(time.Second)
	d.Column, d.UpdatedAt = "revenue", b.clock.now()
	ok(t, b.ChangeDefinition(b.ctx, d))
	list, err := b.AllDefinitions(b.ctx, s.Workspace, s.ID)
	ok(t, err)
	same(t, []definition.Definition{d}, list)

	ok(t, b.DeleteDefinition(b.ctx, d))
	wants(t, b.DeleteDefinition(b.ctx, d), "definition_not_found")
	wants(t, b.ChangeDefinition(b.ctx, d), "definition_not_found")
	same(t, before+3, b.version(t, s))
	same(t, before, b.version(t, other))
}

func definitionScopes(t *testing.T, b *bench) {
	s, other := b.session(t), b.session(t)
	shared := b.definition(s, definition.Everywhere, "zorp")
	ok(t, b.AddDefinition(b.ctx, shared, 1))
	same(t, int64(2), b.version(t, other))
	wants(t, b.AddDefinition(b.ctx, b.definition(s, definition.Everywhere, "glim"), 1), "too_many_definitions")
	own := b.definition(s, definition.ThisSession, "zorp")
	ok(t, b.AddDefinition(b.ctx, own, 1))
	list, err := b.AllDefinitions(b.ctx, other.Workspace, other.ID)
	ok(t, err)
	same(t, []definition.Definition{shared}, list)
	ok(t, b.DeleteSession(b.ctx, s.Workspace, s.ID))
	wants(t, b.AddDefinition(b.ctx, b.definition(s, definition.ThisSession, "late"), 9), "session_not_found")
	list, err = b.AllDefinitions(b.ctx, s.Workspace, s.ID)
	ok(t, err)
	same(t, []definition.Definition{shared}, list)
}

func definitionPages(t *testing.T, b *bench) {
	s := b.session(t)
	var want []definition.Definition
	for i := range 5 {
		d := b.definition(s, definition.ThisSession, fmt.Sprintf("zorp %c", 'a'+i))
		ok(t, b.AddDefinition(b.ctx, d, 10))
		want = append([]definition.Definition{d}, want...)
		b.clock.forward(time.Second)
	}
	first, next, err := b.Definitions(b.ctx, s.Workspace, s.ID, session.Page{Limit: 3})
	ok(t, err)
	same(t, want[:3], first)
	rest, next, err := b.Definitions(b.ctx, s.Workspace, s.ID, session.Page{Limit: 3, Cursor: next})
	ok(t, err)
	same(t, want[3:], rest)
	same(t, "", next)
}
