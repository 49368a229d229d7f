package app_test

import (
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"tabletalk/client"
	"tabletalk/internal/app"
	"tabletalk/internal/config"
	"tabletalk/internal/fault"
	"tabletalk/internal/session"
)

const goodPassword = "correct horse battery"

// tokens are what a login gives.
type tokens struct {
	Access  string `json:"access_token"`
	Type    string `json:"token_type"`
	Life    int    `json:"expires_in"`
	Refresh string `json:"refresh_token"`
}

// withLogins starts a program in which people log in.
func withLogins(t testing.TB, change ...func(*config.Config)) *house {
	t.Helper()
	return open(t, append([]func(*config.Config){func(c *config.Config) { c.Auth = "accounts" }}, change...)...)
}

// setUp makes the administrator by the link that the start prints.
func (h *house) setUp(t testing.TB) *client.Client {
	t.Helper()
	link, err := h.app.Welcome(t.Context(), h.web.URL)
	if err != nil {
		t.Fatal(err)
	}
	_, secret, ok := strings.Cut(link, "/setup#token=")
	if !ok {
		t.Fatalf("the start tells %q", link)
	}
	h.must(t, nil, "POST", "/auth/setup", map[string]any{"token": secret, "email": "root@example.org", "password": goodPassword}, nil)
	return h.enter(t, "root@example.org", goodPassword)
}

// join registers somebody and logs them in.
func (h *house) join(t testing.TB, email string) *client.Client {
	t.Helper()
	h.must(t, nil, "POST", "/auth/register", map[string]any{"email": email, "password": goodPassword}, nil)
	return h.enter(t, email, goodPassword)
}

func (h *house) login(t testing.TB, email, password string) tokens {
	t.Helper()
	var got tokens
	h.must(t, nil, "POST", "/auth/login", map[string]any{"email": email, "password": password}, &got)
	return got
}

func (h *house) enter(t testing.TB, email, password string) *client.Client {
	t.Helper()
	return h.As(h.login(t, email, password).Access)
}

// must sends a request that succeeds.
func (h *house) must(t testing.TB, c *client.Client, method, path string, body, out any) {
	t.Helper()
	if c == nil {
		c = h.Client
	}
	if err := c.Do(t.Context(), method, path, body, out); err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
}

type me struct {
	ID, Name, Email, Role, Auth, Scope string
}

func TestAccountOfAPerson(t *testing.T) {
	h := withLogins(t)
	var made me
	h.must(t, nil, "POST", "/auth/register", map[string]any{"email": "Ann@example.org", "password": goodPassword, "name": "Ann"}, &made)
	if made.Email != "Ann@example.org" || made.Name != "Ann" || made.Role != "member" {
		t.Errorf("%+v", made)
	}
	got := h.login(t, "ann@EXAMPLE.org", goodPassword)
	if got.Type != "bearer" || got.Life != 1800 || got.Refresh == "" {
		t.Errorf("%+v", got)
	}
	ann := h.As(got.Access)
	var who me
	h.must(t, ann, "GET", "/auth/me", nil, &who)
	if who.ID != made.ID || who.Auth != "accounts" {
		t.Errorf("%+v", who)
	}
	h.must(t, ann, "PATCH", "/auth/me", map[string]any{"name": "Anna"}, &who)
	if who.Name != "Anna" || who.Email != "Ann@example.org" {
		t.Errorf("%+v", who)
	}
	u, err := ann.Upload(t.Context(), "", file("a.csv", "name,age\nx,1\n"))
	if err != nil {
		t.Fatal(err)
	}
	if a, err := ann.Ask(t.Context(), client.Question{SessionID: u.SessionID, Query: "average age"}); err != nil || a.Status != "answered" {
		t.Errorf("%v %+v", err, a)
	}
	for _, path := range []string{"/auth/me", "/sessions", "/files/" + u.Files[0].ID, "/nothing/at/all"} {
		wants(t, h.Do(t.Context(), "GET", path, nil, nil), 401, "not_logged_in")
	}
}

func TestRegistration(t *testing.T) {
	h := withLogins(t)
	for _, test := range []struct {
		email, password string
		status          int
		code            string
	}{
		{"a@example.org", "short", 422, "password_too_short"},
		{"a@example.org", "password", 422, "password_common"},
		{"a@example.org", "PASSWORD1", 422, "password_common"},
		{"a@example.org", "a@Example.org", 422, "password_common"},
		{"a@example.org", "zzzzzzzzzzzz", 422, "password_common"},
		{"a@example.org", strings.Repeat("long ", 300), 422, "password_too_long"},
		{"a@example", goodPassword, 201, ""},
		{"A@EXAMPLE", goodPassword, 409, "email_taken"},
		{"nobody", goodPassword, 422, "email_invalid"},
		{"Name <b@example.org>", goodPassword, 422, "email_invalid"},
		{"b@example.org\nBcc: c@example.org", goodPassword, 422, "email_invalid"},
	} {
		err := h.Do(t.Context(), "POST", "/auth/register", map[string]any{"email": test.email, "password": test.password}, nil)
		if test.code == "" {
			if err != nil {
				t.Errorf("%s: %v", test.email, err)
			}
			continue
		}
		wants(t, err, test.status, test.code)
	}
}

func TestRegistrationByInvitation(t *testing.T) {
	h := withLogins(t, func(c *config.Config) { c.Registration = "invite" })
	admin := h.setUp(t)
	body := map[string]any{"email": "b@example.org", "password": goodPassword}
	wants(t, h.Do(t.Context(), "POST", "/auth/register", body, nil), 403, "registration_closed")
	var link struct{ ID, Token, URL string }
	h.must(t, admin, "POST", "/invitations", map[string]any{"email": "B@example.org", "role": "admin"}, &link)
	if link.URL != "/invite#token="+link.Token {
		t.Errorf("%+v", link)
	}
	body["invite"], body["email"] = link.Token, "c@example.org"
	wants(t, h.Do(t.Context(), "POST", "/auth/register", body, nil), 422, "link_invalid")
	body["email"] = "b@example.org"
	var u me
	h.must(t, nil, "POST", "/auth/register", body, &u)
	if u.Role != "admin" {
		t.Errorf("%+v", u)
	}
	body["email"] = "d@example.org"
	wants(t, h.Do(t.Context(), "POST", "/auth/register", body, nil), 422, "link_invalid")
}

// The first start gives one link, once, and what the local user had is the
// administrator's.
func TestSetUp(t *testing.T) {
	dir := t.TempDir()
	before := open(t, func(c *config.Config) { c.Data = dir })
	u := before.up(t, "mine.csv", "a,b\n1,2\n")
	if err := before.app.Close(); err != nil {
		t.Fatal(err)
	}
	h := withLogins(t, func(c *config.Config) { c.Data = dir })
	wants(t, h.Do(t.Context(), "POST", "/auth/setup", map[string]any{"token": "ttl_guess", "email": "x@example.org", "password": goodPassword}, nil), 422, "link_invalid")
	old, err := h.app.Welcome(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	admin := h.setUp(t)
	var who me
	h.must(t, admin, "GET", "/auth/me", nil, &who)
	if who.Role != "admin" {
		t.Errorf("%+v", who)
	}
	h.must(t, admin, "GET", "/files/"+u.Files[0].ID, nil, nil)
	_, secret, _ := strings.Cut(old, "#token=")
	wants(t, h.Do(t.Context(), "POST", "/auth/setup", map[string]any{"token": secret, "email": "x@example.org", "password": goodPassword}, nil), 422, "link_invalid")
	if again, err := h.app.Welcome(t.Context(), ""); err != nil || again != "" {
		t.Errorf("a second link: %q, %v", again, err)
	}
}

func TestLogins(t *testing.T) {
	h := withLogins(t)
	h.join(t, "ann@example.org")
	wants(t, h.Do(t.Context(), "POST", "/auth/login", map[string]any{"email": "ann@example.org", "password": "wrong password"}, nil), 401, "login_failed")
	wants(t, h.Do(t.Context(), "POST", "/auth/login", map[string]any{"email": "nobody@example.org", "password": "wrong password"}, nil), 401, "login_failed")

	first := h.login(t, "ann@example.org", goodPassword)
	var next, lost tokens
	h.must(t, nil, "POST", "/auth/refresh", map[string]any{"refresh_token": first.Refresh}, &next)
	h.must(t, nil, "POST", "/auth/refresh", map[string]any{"refresh_token": first.Refresh}, &lost)
	if next.Refresh == first.Refresh || next.Refresh != lost.Refresh {
		t.Error("the same exchange, made again at once, does not give the same token")
	}
	var third tokens
	h.must(t, nil, "POST", "/auth/refresh", map[string]any{"refresh_token": next.Refresh}, &third)
	wants(t, h.Do(t.Context(), "POST", "/auth/refresh", map[string]any{"refresh_token": first.Refresh}, nil), 401, "token_invalid")
	wants(t, h.Do(t.Context(), "POST", "/auth/refresh", map[string]any{"refresh_token": third.Refresh}, nil), 401, "token_invalid")
	wants(t, h.As(third.Access).Do(t.Context(), "GET", "/auth/me", nil, nil), 401, "token_invalid")

	one, two := h.enter(t, "ann@example.org", goodPassword), h.enter(t, "ann@example.org", goodPassword)
	h.must(t, one, "POST", "/auth/logout", nil, nil)
	wants(t, one.Do(t.Context(), "GET", "/auth/me", nil, nil), 401, "token_invalid")
	h.must(t, two, "GET", "/auth/me", nil, nil)
	three := h.enter(t, "ann@example.org", goodPassword)
	h.must(t, two, "POST", "/auth/logout", map[string]any{"everywhere": true}, nil)
	wants(t, three.Do(t.Context(), "GET", "/auth/me", nil, nil), 401, "token_invalid")
	last := h.login(t, "ann@example.org", goodPassword)
	h.must(t, nil, "POST", "/auth/logout", map[string]any{"refresh_token": last.Refresh}, nil)
	wants(t, h.As(last.Access).Do(t.Context(), "GET", "/auth/me", nil, nil), 401, "token_invalid")
}

// A browser's long token is in a cookie that scripts cannot read.
func TestCookie(t *testing.T) {
	h := withLogins(t, func(c *config.Config) { c.PublicURL = "https://data.example.org" })
	h.join(t, "ann@example.org")
	res := h.page(t, "/auth/login", `{"email":"ann@example.org","password":"`+goodPassword+`","cookie":true}`, nil)
	cookies := res.Cookies()
	if len(cookies) != 1 || !cookies[0].HttpOnly || !cookies[0].Secure || cookies[0].SameSite != http.SameSiteStrictMode || cookies[0].Path != "/api/v1/auth" {
		t.Fatalf("%+v", cookies)
	}
	res = h.page(t, "/auth/refresh", ``, cookies[0])
	if res.StatusCode != 200 || len(res.Cookies()) != 1 || res.Cookies()[0].Value == cookies[0].Value {
		t.Errorf("%d %+v", res.StatusCode, res.Cookies())
	}
	res = h.page(t, "/auth/logout", ``, res.Cookies()[0])
	if res.StatusCode != 204 || res.Cookies()[0].MaxAge >= 0 {
		t.Errorf("%d %+v", res.StatusCode, res.Cookies())
	}
	if res := h.page(t, "/auth/login", `{"email":"ann@example.org","password":"`+goodPassword+`"}`, nil); len(res.Header["Set-Cookie"]) != 0 {
		t.Errorf("a cookie that nobody asked for: %v", res.Header)
	}
}

func (h *house) page(t *testing.T, path, body string, cookie *http.Cookie) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "POST", h.web.URL+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if cookie != nil {
		req.AddCookie(&http.Cookie{Name: cookie.Name, Value: cookie.Value})
	}
	res, err := h.web.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

func TestPasswordChange(t *testing.T) {
	h := withLogins(t)
	h.join(t, "ann@example.org")
	here, there := h.enter(t, "ann@example.org", goodPassword), h.enter(t, "ann@example.org", goodPassword)
	change := func(old, password string) error {
		return here.Do(t.Context(), "PATCH", "/auth/me", map[string]any{"current_password": old, "password": password}, nil)
	}
	wants(t, change("wrong password", "another good one"), 403, "password_wrong")
	wants(t, change(goodPassword, "12345678"), 422, "password_common")
	if err := change(goodPassword, "another good one"); err != nil {
		t.Fatal(err)
	}
	h.must(t, here, "GET", "/auth/me", nil, nil)
	wants(t, there.Do(t.Context(), "GET", "/auth/me", nil, nil), 401, "token_invalid")
	wants(t, h.Do(t.Context(), "POST", "/auth/login", map[string]any{"email": "ann@example.org", "password": goodPassword}, nil), 401, "login_failed")
	wants(t, here.Do(t.Context(), "PATCH", "/auth/me", map[string]any{"email": "b@example.org"}, nil), 403, "password_wrong")
}

func TestForgottenPassword(t *testing.T) {
	h := withLogins(t)
	admin, ann := h.setUp(t), h.join(t, "ann@example.org")
	for _, email := range []string{"ann@example.org", "nobody@example.org"} {
		h.must(t, nil, "POST", "/auth/reset", map[string]any{"email": email}, nil)
	}
	var who me
	h.must(t, ann, "GET", "/auth/me", nil, &who)
	var link struct{ Token string }
	h.must(t, admin, "POST", "/users/"+who.ID+"/reset-link", nil, &link)
	body := map[string]any{"token": link.Token, "password": "qwertyuiop"}
	wants(t, h.Do(t.Context(), "POST", "/auth/reset/confirm", body, nil), 422, "password_common")
	body["password"] = "another good one"
	h.must(t, nil, "POST", "/auth/reset/confirm", body, nil)
	wants(t, ann.Do(t.Context(), "GET", "/auth/me", nil, nil), 401, "token_invalid")
	wants(t, h.Do(t.Context(), "POST", "/auth/reset/confirm", body, nil), 422, "link_invalid")
	h.enter(t, "ann@example.org", "another good one")
}

func TestKeys(t *testing.T) {
	h := withLogins(t)
	ann := h.join(t, "ann@example.org")
	u, err := ann.Upload(t.Context(), "", file("a.csv", "name,age\nx,1\n"))
	if err != nil {
		t.Fatal(err)
	}
	var key struct {
		ID, Key, Hint string
	}
	wants(t, ann.Do(t.Context(), "POST", "/auth/api-keys", map[string]any{"name": "x", "scope": "admin"}, nil), 422, "key_scope_invalid")
	h.must(t, ann, "POST", "/auth/api-keys", map[string]any{"name": "notebook", "scope": "ask"}, &key)
	program := h.As(key.Key)
	if a, err := program.Ask(t.Context(), client.Question{SessionID: u.SessionID, Query: "average age"}); err != nil || a.Status != "answered" {
		t.Errorf("%v %+v", err, a)
	}
	var who me
	h.must(t, program, "GET", "/auth/me", nil, &who)
	if who.Scope != "ask" {
		t.Errorf("%+v", who)
	}
	wants(t, program.Do(t.Context(), "DELETE", "/sessions/"+u.SessionID, nil, nil), 403, "key_scope")
	wants(t, program.Do(t.Context(), "POST", "/auth/api-keys", map[string]any{"name": "more"}, nil), 403, "key_refused")
	wants(t, program.Do(t.Context(), "PATCH", "/auth/me", map[string]any{"name": "more"}, nil), 403, "key_refused")
	var list struct {
		Items []struct {
			ID, Name string
			Key      string
			UsedAt   string `json:"used_at"`
		}
	}
	h.must(t, ann, "GET", "/auth/api-keys", nil, &list)
	if len(list.Items) != 1 || list.Items[0].Key != "" || list.Items[0].UsedAt == "" {
		t.Errorf("%+v", list)
	}
	other := h.join(t, "bob@example.org")
	wants(t, other.Do(t.Context(), "DELETE", "/auth/api-keys/"+key.ID, nil, nil), 404, "key_not_found")
	h.must(t, ann, "DELETE", "/auth/api-keys/"+key.ID, nil, nil)
	wants(t, program.Do(t.Context(), "GET", "/auth/me", nil, nil), 401, "token_invalid")
}

func TestSharing(t *testing.T) {
	h := withLogins(t)
	ann, bob := h.join(t, "ann@example.org"), h.join(t, "bob@example.org")
	u, err := ann.Upload(t.Context(), "", file("a.csv", "name,age\nx,1\n"))
	if err != nil {
		t.Fatal(err)
	}
	path := "/sessions/" + u.SessionID
	wants(t, bob.Do(t.Context(), "GET", path, nil, nil), 404, "session_not_found")
	wants(t, ann.Do(t.Context(), "POST", path+"/shares", map[string]any{"email": "nobody@example.org", "role": "viewer"}, nil), 404, "user_not_found")
	var share struct {
		UserID string `json:"user_id"`
		Role   string
	}
	h.must(t, ann, "POST", path+"/shares", map[string]any{"email": "Bob@example.org", "role": "viewer"}, &share)
	var s struct{ Role string }
	h.must(t, bob, "GET", path, nil, &s)
	if s.Role != "viewer" || share.Role != "viewer" {
		t.Errorf("%+v %+v", s, share)
	}
	question := client.Question{SessionID: u.SessionID, Query: "average age"}
	_, err = bob.Ask(t.Context(), question)
	wants(t, err, 403, "session_read_only")
	_, err = bob.Upload(t.Context(), u.SessionID, file("b.csv", "a\n1\n"))
	wants(t, err, 403, "session_read_only")
	wants(t, bob.Do(t.Context(), "DELETE", "/files/"+u.Files[0].ID, nil, nil), 403, "session_read_only")
	h.must(t, ann, "POST", path+"/shares", map[string]any{"email": "bob@example.org", "role": "editor"}, nil)
	if a, err := bob.Ask(t.Context(), question); err != nil || a.Status != "answered" {
		t.Errorf("%v %+v", err, a)
	}
	wants(t, bob.Do(t.Context(), "DELETE", path, nil, nil), 403, "not_owner")
	wants(t, bob.Do(t.Context(), "POST", path+"/shares", map[string]any{"email": "ann@example.org", "role": "viewer"}, nil), 403, "not_owner")
	h.must(t, ann, "DELETE", path+"/shares/"+share.UserID, nil, nil)
	wants(t, bob.Do(t.Context(), "GET", "/files/"+u.Files[0].ID, nil, nil), 404, "file_not_found")
}

// What is taught for all sessions of a workspace changes the answers of
// others, and what may be sent of their columns.
func TestMembersTeachTheirSessions(t *testing.T) {
	h := withLogins(t)
	admin, ann := h.setUp(t), h.join(t, "ann@example.org")
	teach := func(c *client.Client, phrase, scope string) (path, id string, err error) {
		u, err := c.Upload(t.Context(), "", file("a.csv", "name,age\nx,1\n"))
		if err != nil {
			t.Fatal(err)
		}
		path = "/sessions/" + u.SessionID + "/definitions"
		var made struct{ ID string }
		err = c.Do(t.Context(), "POST", path, map[string]any{"kind": "synonym", "phrase": phrase, "column": "age", "scope": scope}, &made)
		return path, made.ID, err
	}
	own, _, err := teach(ann, "seniority", "session")
	if err != nil {
		t.Error(err)
	}
	_, _, err = teach(ann, "maturity", "workspace")
	wants(t, err, 403, "admin_only")
	all, id, err := teach(admin, "years", "workspace")
	if err != nil {
		t.Fatal(err)
	}
	wants(t, ann.Do(t.Context(), "PATCH", own+"/"+id, map[string]any{"phrase": "weeks"}, nil), 403, "admin_only")
	wants(t, ann.Do(t.Context(), "DELETE", own+"/"+id, nil, nil), 403, "admin_only")
	h.must(t, admin, "DELETE", all+"/"+id, nil, nil)
}

func TestAdministration(t *testing.T) {
	h := withLogins(t)
	admin, ann := h.setUp(t), h.join(t, "ann@example.org")
	u, err := ann.Upload(t.Context(), "", file("a.csv", "name,age\nx,1\n"))
	if err != nil {
		t.Fatal(err)
	}
	wants(t, ann.Do(t.Context(), "GET", "/users", nil, nil), 403, "admin_only")
	wants(t, ann.Do(t.Context(), "GET", "/audit", nil, nil), 403, "admin_only")
	wants(t, admin.Do(t.Context(), "GET", "/sessions/"+u.SessionID, nil, nil), 404, "session_not_found")
	var who, root me
	h.must(t, ann, "GET", "/auth/me", nil, &who)
	h.must(t, admin, "GET", "/auth/me", nil, &root)
	h.must(t, admin, "PATCH", "/users/"+who.ID, map[string]any{"active": false}, nil)
	wants(t, ann.Do(t.Context(), "GET", "/auth/me", nil, nil), 401, "token_invalid")
	wants(t, h.Do(t.Context(), "POST", "/auth/login", map[string]any{"email": "ann@example.org", "password": goodPassword}, nil), 401, "login_failed")
	wants(t, admin.Do(t.Context(), "PATCH", "/users/"+root.ID, map[string]any{"role": "member"}, nil), 409, "last_admin")
	wants(t, admin.Do(t.Context(), "POST", "/auth/me/delete", map[string]any{"password": goodPassword}, nil), 409, "last_admin")
	h.must(t, admin, "DELETE", "/users/"+who.ID, nil, nil)
	wants(t, admin.Do(t.Context(), "GET", "/users/"+who.ID, nil, nil), 404, "user_not_found")
	if left := h.sessionsLeft(t); left != 0 {
		t.Errorf("%d sessions outlived their owner", left)
	}
	var book struct {
		Items []struct{ Action, Object, Outcome string }
	}
	h.must(t, admin, "GET", "/audit?object="+who.ID, nil, &book)
	var did []string
	for _, e := range book.Items {
		did = append(did, e.Action+" "+e.Outcome)
	}
	if want := []string{"user user_not_found", "delete-user ok", "user_deleted ok", "login refused", "change-user ok", "register ok"}; !slices.Equal(did, want) {
		t.Errorf("the book says %q, want %q", did, want)
	}
	h.must(t, admin, "GET", "/audit?outcome=admin_only", nil, &book)
	if len(book.Items) != 2 {
		t.Errorf("refusals that were kept: %+v", book)
	}
}

// An administrator administers one workspace: users of another are missing.
func TestAdministratorsOfOneWorkspace(t *testing.T) {
	h := withLogins(t)
	people := h.cast(t)
	var who me
	h.must(t, people["viewer"], "GET", "/auth/me", nil, &who)
	path := "/users/" + who.ID
	for method, body := range map[string]any{"GET": nil, "DELETE": nil, "PATCH": map[string]any{"active": false}} {
		wants(t, people["foreigner"].Do(t.Context(), method, path, body, nil), 404, "user_not_found")
	}
	wants(t, people["foreigner"].Do(t.Context(), "POST", path+"/reset-link", nil, nil), 404, "user_not_found")
	var book struct{ Items []struct{ Action string } }
	h.must(t, people["foreigner"], "GET", "/audit?actor_id="+who.ID, nil, &book)
	if len(book.Items) != 0 {
		t.Errorf("the book of another workspace: %+v", book)
	}
}

// sessionsLeft counts the sessions of everybody.
func (h *house) sessionsLeft(t *testing.T) int {
	t.Helper()
	list, _, err := h.app.Sessions.List(t.Context(), app.Workspace, "", pageOfAll())
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func TestSecretOfTheInstallation(t *testing.T) {
	h := withLogins(t)
	info, err := os.Stat(filepath.Join(h.dir, "secret"))
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the secret has the mode %v", info.Mode())
	}
	start := func(change func(*config.Config)) error {
		cfg := settings(t, t.TempDir())
		cfg.Auth = "accounts"
		change(&cfg)
		a, err := app.New(t.Context(), cfg, slog.New(slog.DiscardHandler), app.WithWorkerCommand(os.Args[0], "engine-worker"))
		if err == nil {
			err = a.Close()
		}
		return err
	}
	for _, secret := range []string{"secret", "changeme", strings.Repeat("a", 64), "0123456789abcdef0123456789abcdef", "my-secret-my-secret-my-secret-xyz", "x9Kd2mQ7vB4nT8sR1wZ5yC3fG6hJ0pL"} {
		if err := start(func(c *config.Config) { c.Secret = config.Secret(secret) }); !isFault(err, "secret_weak") {
			t.Errorf("a start with %q: %v", secret, err)
		}
	}
	if err := start(func(c *config.Config) { c.Secret = "x9Kd2mQ7vB4nT8sR1wZ5yC3fG6hJ0pLu" }); err != nil {
		t.Errorf("a start with a good secret: %v", err)
	}
	if err := start(func(c *config.Config) {
		c.SecretFile = filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(c.SecretFile, []byte("x9Kd2mQ7vB4nT8sR1wZ5yC3fG6hJ0pLu\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}); runtime.GOOS != "windows" && !isFault(err, "secret_readable") {
		t.Errorf("a start with a secret that others read: %v", err)
	}
}

// With --auth token whoever has the link is the local user, and nobody else.
func TestTokenLink(t *testing.T) {
	h := open(t, func(c *config.Config) { c.Auth = "token" })
	link, err := h.app.Welcome(t.Context(), h.web.URL)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, h.Do(t.Context(), "GET", "/sessions", nil, nil), 401, "not_logged_in")
	_, secret, _ := strings.Cut(link, "?token=")
	h.must(t, h.As(secret), "GET", "/sessions", nil, nil)
	wants(t, h.As(secret+"x").Do(t.Context(), "GET", "/sessions", nil, nil), 401, "not_logged_in")
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := browser.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/" || len(res.Cookies()) != 1 || !res.Cookies()[0].HttpOnly {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
}

func isFault(err error, code string) bool { return fault.Is(err, code) }

func pageOfAll() session.Page { return session.Page{Limit: 200} }
