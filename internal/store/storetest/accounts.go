package storetest

import (
	"sync"
	"testing"
	"time"

	"tabletalk/internal/account"
	"tabletalk/internal/audit"
	"tabletalk/internal/fault"
	"tabletalk/internal/session"
)

// user makes a stored user of the default workspace.
func (b *bench) user(t *testing.T, email string, role account.Role) account.User {
	t.Helper()
	now := b.clock.now()
	u := account.User{ID: id(), Workspace: session.DefaultWorkspace, Email: email, Name: "Ä\u00a0name", Role: role, Active: true, Password: "hash", CreatedAt: now, UpdatedAt: now}
	ok(t, b.AddUser(b.ctx, u, "", false))
	return u
}

// login makes a stored login with the hash of a first token.
func (b *bench) login(t *testing.T, u account.User, hash string) account.Login {
	t.Helper()
	now := b.clock.now()
	l := account.Login{ID: id(), UserID: u.ID, Agent: "browser", Address: "somewhere", CreatedAt: now, UsedAt: now, IdleUntil: now.Add(24 * time.Hour), ExpiresAt: now.Add(48 * time.Hour)}
	ok(t, b.AddLogin(b.ctx, l, hash))
	return l
}

func (b *bench) exchange(old, next string) (*account.Exchanged, error) {
	now := b.clock.now()
	return b.Exchange(b.ctx, account.Exchange{Old: old, New: next, Now: now, Grace: 10 * time.Second, IdleUntil: now.Add(24 * time.Hour)})
}

func userLife(t *testing.T, b *bench) {
	u := b.user(t, "Ann@Example.org", account.Admin)
	b.user(t, "bob@example.org", account.Admin)
	got, err := b.UserByEmail(b.ctx, " ann@EXAMPLE.org")
	ok(t, err)
	same(t, u, *got)
	b.clock.forward(time.Second)
	u.Name, u.Email, u.Role, u.Subject, u.Password, u.UpdatedAt = "Ann", "ann@example.com", account.Member, "https://provider|7", "other", b.clock.now()
	ok(t, b.ChangeUser(b.ctx, u))
	got, err = b.UserBySubject(b.ctx, "https://provider|7")
	ok(t, err)
	same(t, u, *got)
	_, err = b.UserByEmail(b.ctx, "ann@example.org")
	wants(t, err, "user_not_found")

	list, next, err := b.Users(b.ctx, u.Workspace, session.Page{Limit: 1})
	ok(t, err)
	rest, _, err := b.Users(b.ctx, u.Workspace, session.Page{Limit: 5, Cursor: next})
	ok(t, err)
	same(t, 2, len(list)+len(rest))
	list, _, err = b.Users(b.ctx, otherWorkspace, session.Page{})
	ok(t, err)
	same(t, 0, len(list))

	b.login(t, u, "t1")
	ok(t, b.DeleteUser(b.ctx, u.ID))
	wants(t, b.DeleteUser(b.ctx, u.ID), "user_not_found")
	wants(t, b.ChangeUser(b.ctx, u), "user_not_found")
	_, err = b.exchange("t1", "t2")
	wants(t, err, "login_not_found")
}

func addressOnce(t *testing.T, b *bench) {
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() {
			errs[i] = b.AddUser(b.ctx, account.User{ID: id(), Workspace: session.DefaultWorkspace, Email: "Same@example.org", Role: account.Member, Active: true, CreatedAt: b.clock.now()}, "", false)
		})
	}
	wg.Wait()
	added := 0
	for _, err := range errs {
		if err == nil {
			added++
			continue
		}
		wants(t, err, "email_taken")
	}
	same(t, 1, added)
	u := b.user(t, "another@example.org", account.Member)
	u.Email = "same@EXAMPLE.org"
	wants(t, b.ChangeUser(b.ctx, u), "email_taken")
}

func lastAdministrator(t *testing.T, b *bench) {
	one, two := b.user(t, "one@example.org", account.Admin), b.user(t, "two@example.org", account.Admin)
	one.Role, two.Active = account.Member, false
	var wg sync.WaitGroup
	errs := make([]error, 2)
	wg.Go(func() { errs[0] = b.ChangeUser(b.ctx, one) })
	wg.Go(func() { errs[1] = b.ChangeUser(b.ctx, two) })
	wg.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("one of two may go: %v, %v", errs[0], errs[1])
	}
	for _, err := range errs {
		if err != nil {
			wants(t, err, "last_admin")
		}
	}
	n, err := b.Administrators(b.ctx, session.DefaultWorkspace)
	ok(t, err)
	same(t, 1, n)
}

func takeOver(t *testing.T, b *bench) {
	s := b.session(t)
	link := account.Link{ID: id(), Hash: "setup", Purpose: account.SetUp, Workspace: session.DefaultWorkspace, CreatedAt: b.clock.now(), ExpiresAt: b.clock.now().Add(time.Hour)}
	ok(t, b.AddLink(b.ctx, link))
	u := account.User{ID: id(), Workspace: session.DefaultWorkspace, Email: "a@example.org", Role: account.Admin, Active: true, CreatedAt: b.clock.now()}
	ok(t, b.AddUser(b.ctx, u, "setup", true))
	got, err := b.Session(b.ctx, s.Workspace, s.ID)
	ok(t, err)
	same(t, u.ID, got.Owner)
	u.ID, u.Email = id(), "b@example.org"
	wants(t, b.AddUser(b.ctx, u, "setup", true), "link_invalid")
	_, err = b.User(b.ctx, u.ID)
	wants(t, err, "user_not_found")
}

func exchange(t *testing.T, b *bench) {
	u := b.user(t, "a@example.org", account.Member)
	l := b.login(t, u, "t1")
	got, err := b.exchange("t1", "t2")
	ok(t, err)
	same(t, l.ID, got.LoginID)
	same(t, u.ID, got.User.ID)
	again, err := b.exchange("t1", "t2") // the answer was lost
	ok(t, err)
	same(t, account.Exchanged{LoginID: l.ID, User: got.User}, *again)
	_, err = b.exchange("unknown", "t9")
	wants(t, err, "login_not_found")
	b.clock.forward(25 * time.Hour)
	_, err = b.exchange("t2", "t3")
	wants(t, err, "login_not_found")
	_, err = b.Standing(b.ctx, l.ID)
	wants(t, err, "login_not_found")
}

func reuse(t *testing.T, b *bench) {
	u := b.user(t, "a@example.org", account.Member)
	for name, late := range map[string]bool{"late": true, "gone on": false} {
		l := b.login(t, u, name+"1")
		_, err := b.exchange(name+"1", name+"2")
		ok(t, err)
		if late {
			b.clock.forward(11 * time.Second)
		} else {
			_, err = b.exchange(name+"2", name+"3")
			ok(t, err)
		}
		got, err := b.exchange(name+"1", name+"2")
		ok(t, err)
		same(t, true, got.Reused)
		_, err = b.Standing(b.ctx, l.ID)
		wants(t, err, "login_not_found")
		for _, token := range []string{"1", "2", "3"} {
			_, err = b.exchange(name+token, name+"9")
			wants(t, err, "login_not_found")
		}
	}
}

func exchangeAtOnce(t *testing.T, b *bench) {
	l := b.login(t, b.user(t, "a@example.org", account.Member), "t1")
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			got, err := b.exchange("t1", "t2")
			if err != nil || got.Reused {
				t.Errorf("the same exchange at once: %+v, %v", got, err)
			}
		})
	}
	wg.Wait()
	_, err := b.Standing(b.ctx, l.ID)
	ok(t, err)
}

func endLogins(t *testing.T, b *bench) {
	u, other := b.user(t, "a@example.org", account.Member), b.user(t, "b@example.org", account.Admin)
	one, two := b.login(t, u, "t1"), b.login(t, u, "t2")
	list, err := b.LoginsOf(b.ctx, u.ID)
	ok(t, err)
	same(t, 2, len(list))
	wants(t, b.EndLogin(b.ctx, other.ID, one.ID), "login_not_found")
	ok(t, b.EndLogin(b.ctx, u.ID, one.ID))
	_, err = b.Standing(b.ctx, one.ID)
	wants(t, err, "login_not_found")
	u.Active = false
	ok(t, b.ChangeUser(b.ctx, u))
	_, err = b.Standing(b.ctx, two.ID)
	wants(t, err, "login_not_found")
	_, err = b.exchange("t2", "t3")
	wants(t, err, "login_not_found")
	wants(t, b.AddLogin(b.ctx, account.Login{ID: id(), UserID: u.ID, CreatedAt: b.clock.now()}, "t4"), "user_not_found")
	ok(t, b.EndLogins(b.ctx, u.ID))
	b.clock.forward(72 * time.Hour)
	ok(t, b.ForgetEnded(b.ctx))
	list, err = b.LoginsOf(b.ctx, u.ID)
	ok(t, err)
	same(t, 0, len(list))
}

func keyLife(t *testing.T, b *bench) {
	u := b.user(t, "a@example.org", account.Admin)
	k := account.Key{ID: id(), UserID: u.ID, Name: "CI", Hash: "h1", Hint: "abcd", Scope: account.ScopeAsk, CreatedAt: b.clock.now(), ExpiresAt: b.clock.now().Add(time.Hour)}
	ok(t, b.AddKey(b.ctx, k, 1))
	second := k
	second.ID, second.Hash = id(), "h2"
	wants(t, b.AddKey(b.ctx, second, 1), "too_many_keys")
	got, owner, err := b.KeyByHash(b.ctx, "h1")
	ok(t, err)
	same(t, k, *got)
	same(t, u.ID, owner.ID)
	ok(t, b.UsedKey(b.ctx, k.ID))
	list, err := b.KeysOf(b.ctx, u.ID)
	ok(t, err)
	same(t, b.clock.now(), list[0].UsedAt)
	wants(t, b.DeleteKey(b.ctx, id(), k.ID), "key_not_found")
	b.clock.forward(2 * time.Hour)
	_, _, err = b.KeyByHash(b.ctx, "h1")
	wants(t, err, "key_not_found")
	ok(t, b.AddKey(b.ctx, second, 1)) // one that is over does not count
	ok(t, b.DeleteKey(b.ctx, u.ID, k.ID))
	wants(t, b.DeleteKey(b.ctx, u.ID, k.ID), "key_not_found")
}

func linkOnce(t *testing.T, b *bench) {
	u := b.user(t, "a@example.org", account.Admin)
	l := account.Link{ID: id(), Hash: "h1", Purpose: account.Reset, Workspace: u.Workspace, UserID: u.ID, CreatedAt: b.clock.now(), ExpiresAt: b.clock.now().Add(time.Hour)}
	ok(t, b.AddLink(b.ctx, l))
	got, err := b.Link(b.ctx, "h1", account.Reset)
	ok(t, err)
	same(t, l, *got)
	_, err = b.Link(b.ctx, "h1", account.Invite)
	wants(t, err, "link_invalid")
	next := l
	next.ID, next.Hash = id(), "h2"
	ok(t, b.AddLink(b.ctx, next))
	_, err = b.Link(b.ctx, "h1", account.Reset)
	wants(t, err, "link_invalid")
	taken := make([]error, 4)
	var wg sync.WaitGroup
	for i := range taken {
		wg.Go(func() { _, taken[i] = b.TakeLink(b.ctx, "h2", account.Reset) })
	}
	wg.Wait()
	got1 := 0
	for _, err := range taken {
		if err == nil {
			got1++
		} else if !fault.Is(err, "link_invalid") {
			t.Error(err)
		}
	}
	same(t, 1, got1)
}

func invitations(t *testing.T, b *bench) {
	l := account.Link{ID: id(), Hash: "h1", Purpose: account.Invite, Workspace: session.DefaultWorkspace, Email: "x@example.org", Role: account.Member, CreatedAt: b.clock.now(), ExpiresAt: b.clock.now().Add(time.Hour)}
	ok(t, b.AddLink(b.ctx, l))
	list, err := b.Invitations(b.ctx, l.Workspace)
	ok(t, err)
	same(t, []account.Link{l}, list)
	wants(t, b.DeleteInvitation(b.ctx, otherWorkspace, l.ID), "link_not_found")
	ok(t, b.DeleteInvitation(b.ctx, l.Workspace, l.ID))
	_, err = b.Link(b.ctx, "h1", account.Invite)
	wants(t, err, "link_invalid")
}

func setPassword(t *testing.T, b *bench) {
	u := b.user(t, "a@example.org", account.Admin)
	keep, other := b.login(t, u, "t1"), b.login(t, u, "t2")
	ok(t, b.SetPassword(b.ctx, u.ID, "new", "", keep.ID))
	_, err := b.Standing(b.ctx, keep.ID)
	ok(t, err)
	_, err = b.Standing(b.ctx, other.ID)
	wants(t, err, "login_not_found")
	wants(t, b.SetPassword(b.ctx, u.ID, "newer", "no such link", ""), "link_invalid")
	got, err := b.User(b.ctx, u.ID)
	ok(t, err)
	same(t, "new", got.Password)
}

func rights(t *testing.T, b *bench) {
	owner, friend, stranger := b.user(t, "o@example.org", account.Member), b.user(t, "f@example.org", account.Member), b.user(t, "s@example.org", account.Admin)
	s := b.session(t)
	s.ID, s.Owner = id(), owner.ID
	ok(t, b.CreateSession(b.ctx, s, nil))
	f := b.file(s.ID, "orders")
	ok(t, b.AddFile(b.ctx, f))
	check := func(person string, of session.Kind, object string, want session.Right) {
		t.Helper()
		got, _, err := b.Right(b.ctx, s.Workspace, person, of, object)
		ok(t, err)
		same(t, want, got)
	}
	for kind, object := range map[session.Kind]string{session.OfSession: s.ID, session.OfFile: f.ID, session.OfTable: f.Tables[0].ID} {
		check(owner.ID, kind, object, session.Own)
		check(friend.ID, kind, object, session.None)
		check(stranger.ID, kind, object, session.None)
		check("", kind, object, session.None)
		check(owner.ID, kind, id(), session.None)
	}
	check(owner.ID, session.OfQuery, id(), session.None)
	check(owner.ID, session.OfJob, id(), session.None)

	ok(t, b.Share(b.ctx, s.Workspace, s.ID, friend.ID, session.View))
	check(friend.ID, session.OfTable, f.Tables[0].ID, session.View)
	ok(t, b.Share(b.ctx, s.Workspace, s.ID, friend.ID, session.Edit))
	check(friend.ID, session.OfFile, f.ID, session.Edit)
	wants(t, b.Share(b.ctx, s.Workspace, s.ID, id(), session.Edit), "user_not_found")
	wants(t, b.Share(b.ctx, s.Workspace, s.ID, owner.ID, session.View), "user_not_found")
	wants(t, b.Share(b.ctx, otherWorkspace, s.ID, friend.ID, session.View), "session_not_found")
	shares, err := b.SharesOf(b.ctx, s.Workspace, s.ID)
	ok(t, err)
	same(t, []session.Share{{UserID: friend.ID, Email: friend.Email, Name: friend.Name, Role: "editor", CreatedAt: b.clock.now()}}, shares)
	for person, want := range map[string][]string{owner.ID: {"owner"}, friend.ID: {"editor"}, stranger.ID: {}} {
		list, _, err := b.Sessions(b.ctx, s.Workspace, person, session.Page{})
		ok(t, err)
		roles := []string{}
		for _, v := range list {
			roles = append(roles, v.Role)
		}
		same(t, want, roles)
	}
	ok(t, b.Unshare(b.ctx, s.Workspace, s.ID, friend.ID))
	wants(t, b.Unshare(b.ctx, s.Workspace, s.ID, friend.ID), "share_not_found")
	check(friend.ID, session.OfSession, s.ID, session.None)
	ok(t, b.Share(b.ctx, s.Workspace, s.ID, friend.ID, session.View))
	b.clock.forward(48 * time.Hour)
	check(owner.ID, session.OfSession, s.ID, session.None)
}

func auditFilters(t *testing.T, b *bench) {
	u := b.user(t, "a@example.org", account.Member)
	for _, e := range []audit.Entry{
		{Action: "login", ActorID: u.ID, Outcome: "ok"},
		{Action: "delete-session", ActorID: u.ID, Object: "s\x00\x1b[31m", Outcome: "not_owner"},
		{Action: "login", Object: "address:ab", Outcome: "refused"},
	} {
		e.ID, e.Workspace, e.CreatedAt = id(), session.DefaultWorkspace, b.clock.now()
		ok(t, b.AddEntry(b.ctx, e))
		b.clock.forward(time.Minute)
	}
	count := func(f audit.Filter, want int) {
		t.Helper()
		list, _, err := b.Entries(b.ctx, session.DefaultWorkspace, f, session.Page{})
		ok(t, err)
		same(t, want, len(list))
	}
	count(audit.Filter{}, 3)
	count(audit.Filter{Action: "login"}, 2)
	count(audit.Filter{Actor: u.ID}, 2)
	count(audit.Filter{Outcome: "not_owner"}, 1)
	count(audit.Filter{Object: "address:ab", Action: "login"}, 1)
	count(audit.Filter{Text: "ADDRESS:a"}, 1)
	count(audit.Filter{Text: "a@EXAMPLE.org"}, 2)
	count(audit.Filter{Text: "%"}, 0)
	count(audit.Filter{Text: "delete_session"}, 0)
	count(audit.Filter{Text: "!"}, 0)
	count(audit.Filter{After: b.clock.now().Add(-2 * time.Minute)}, 2)
	count(audit.Filter{Before: b.clock.now().Add(-2 * time.Minute)}, 1)
	list, next, err := b.Entries(b.ctx, session.DefaultWorkspace, audit.Filter{}, session.Page{Limit: 2})
	ok(t, err)
	same(t, "login", list[0].Action)
	rest, _, err := b.Entries(b.ctx, session.DefaultWorkspace, audit.Filter{}, session.Page{Limit: 2, Cursor: next})
	ok(t, err)
	same(t, u.Email, rest[0].Actor)
	ok(t, b.DeleteUser(b.ctx, u.ID))
	count(audit.Filter{Actor: u.ID}, 2) // the book outlives the people in it
	list, _, err = b.Entries(b.ctx, otherWorkspace, audit.Filter{}, session.Page{})
	ok(t, err)
	same(t, 0, len(list))
	ok(t, b.ForgetEntries(b.ctx, b.clock.now().Add(-2*time.Minute)))
	count(audit.Filter{}, 2)
}

func workspacesByName(t *testing.T, b *bench) {
	first, err := b.Workspace(b.ctx, "default")
	ok(t, err)
	same(t, session.DefaultWorkspace, first)
	ids := make([]string, 4)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			var err error
			if ids[i], err = b.Workspace(b.ctx, "sales"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, v := range ids {
		same(t, ids[0], v)
	}
	if ids[0] == first {
		t.Error("two names for one workspace")
	}
	list, err := b.Workspaces(b.ctx)
	ok(t, err)
	same(t, []account.Workspace{{ID: first, Name: "default"}, {ID: ids[0], Name: "sales"}}, list)
}
