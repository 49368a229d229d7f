//go:build cgo && linux

package attack

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

const attackersPassword = "attackers good password"

// people makes an account for the attacker and one for the neighbour.
func (h *house) people(t *testing.T) {
	t.Helper()
	for _, name := range []string{"attacker", "neighbour"} {
		document := map[string]any{"email": name + "@example.org", "password": attackersPassword}
		if a := h.post(t, "/api/v1/auth/register", document); a.status != http.StatusCreated {
			t.Fatalf("register: %s", a)
		}
		a := h.post(t, "/api/v1/auth/login", document)
		var got struct {
			Access  string `json:"access_token"`
			Refresh string `json:"refresh_token"`
		}
		if err := json.Unmarshal([]byte(a.body), &got); err != nil || got.Access == "" {
			t.Fatalf("login: %s", a)
		}
		if name == "attacker" {
			h.mine, h.refresh = got.Access, got.Refresh
		} else {
			h.theirs = got.Access
		}
	}
}

func segment(document string) string { return base64.RawURLEncoding.EncodeToString([]byte(document)) }

// accounts are requests of somebody with an account who wants what is the
// neighbour's, or to be somebody else.
func (h *house) accounts() []request {
	return append(append(append(h.forged(), h.foreign()...), h.overstated()...), h.oddities()...)
}

// forged are tokens that nobody gave out.
func (h *house) forged() (list []request) {
	parts := strings.Split(h.mine, ".")
	claims, _ := base64.RawURLEncoding.DecodeString(parts[1])
	none := segment(`{"alg":"none","typ":"at+jwt"}`)
	other := segment(strings.Replace(string(claims), `"sub":"`, `"sub":"0`, 1))
	for _, token := range []string{
		none + "." + parts[1] + ".", segment(`{"alg":"None","typ":"at+jwt"}`) + "." + parts[1] + ".", segment(`{"alg":"nOnE"}`) + "." + parts[1] + "." + parts[2],
		parts[0] + "." + other + "." + parts[2], parts[0] + "." + parts[1] + ".", parts[0] + "." + parts[1], parts[0] + "..", "..", ".",
		segment(`{"alg":"HS256","typ":"at+jwt","kid":"../../../../dev/null"}`) + "." + parts[1] + "." + parts[2],
		segment(`{"alg":"HS256","typ":"at+jwt","kid":"' UNION SELECT 'x"}`) + "." + parts[1] + "." + parts[2],
		segment(`{"alg":"RS256","typ":"at+jwt","jku":"http://127.0.0.1:1/keys"}`) + "." + parts[1] + "." + parts[2],
		segment(`{"alg":"HS256","typ":"at+jwt","jwk":{"kty":"oct","k":"AA"}}`) + "." + parts[1] + "." + parts[2],
		segment(`{"alg":"HS256","typ":"at+jwt","crit":["x"],"x":1}`) + "." + parts[1] + "." + parts[2],
		h.refresh, "ttk_" + repeat("A", 43), "ttr_" + repeat("A", 43), "ttl_" + repeat("A", 43), "undefined", "null", "true", repeat("a", 9000), h.mine + "x", h.mine[1:],
	} {
		list = append(list, request{"GET /api/v1/auth/me", "Authorization: Bearer " + token, "", "401 token_invalid"})
	}
	for _, head := range []string{"Authorization: Basic " + segment("attacker@example.org:"+attackersPassword), "Authorization: " + h.mine, "Authorization:", "Cookie: tabletalk_refresh=" + h.refresh,
		"Cookie: tabletalk_token=" + h.mine, "X-User: neighbour@example.org", "X-Forwarded-User: root", "Authorization: Bearer"} {
		list = append(list, request{"GET /api/v1/auth/me", head, "", "401"})
	}
	return append(list, request{"GET /api/v1/auth/me?access_token=" + h.mine, "", "", "401 not_logged_in"}, request{"POST /api/v1/sessions?ticket=" + h.mine, "", "", "401 not_logged_in"},
		request{"GET /api/v1/auth/me?ticket=" + h.mine, "", "", "401 token_invalid"})
}

// foreign are the neighbour's things.
func (h *house) foreign() (list []request) {
	me := "Authorization: Bearer " + h.mine
	about := func(fields string) string { return `{"session_id":"` + h.neighbour + `",` + fields + `}` }
	for _, line := range []string{
		"GET /api/v1/sessions/" + h.neighbour, "DELETE /api/v1/sessions/" + h.neighbour, "GET /api/v1/sessions/" + h.neighbour + "/files", "GET /api/v1/sessions/" + h.neighbour + "/tables",
		"GET /api/v1/sessions/" + h.neighbour + "/queries?rows=100", "GET /api/v1/sessions/" + h.neighbour + "/conversations", "GET /api/v1/sessions/" + h.neighbour + "/definitions",
		"GET /api/v1/sessions/" + h.neighbour + "/shares", "GET /api/v1/sessions/" + h.neighbour + "/cases", "GET /api/v1/events?session_id=" + h.neighbour, "GET /api/v1/ws?session_id=" + h.neighbour,
		"GET /api/v1/jobs?session_id=" + h.neighbour, "GET /api/v1/query/suggest?session_id=" + h.neighbour, "GET /api/v1/model?session_id=" + h.neighbour,
		"DELETE /api/v1/sessions/" + h.neighbour + "/shares/x", "POST /api/v1/sessions/" + h.neighbour + "/extend",
	} {
		list = append(list, request{line, me, "", "404 session_not_found"})
	}
	for line, body := range map[string]string{
		process: about(`"query":"total amount"`), sql: about(`"sql":"SELECT * FROM ledger"`), "POST /api/v1/query/stream": about(`"query":"total amount"`),
		"POST /api/v1/query/classify": about(`"query":"total amount"`), "POST /api/v1/query/entities": about(`"query":"total amount"`),
		"PATCH /api/v1/sessions/" + h.neighbour: `{"name":"mine"}`, "POST /api/v1/sessions/" + h.neighbour + "/shares": `{"email":"attacker@example.org","role":"editor"}`,
		"POST /api/v1/sessions/" + h.neighbour + "/definitions": `{"kind":"synonym","phrase":"x"}`,
	} {
		list = append(list, request{line, me, body, "404 session_not_found"})
	}
	list = append(list,
		request{sql, me, `{"session_id":"` + h.attacker + `","session_id":"` + h.neighbour + `","sql":"SELECT * FROM ledger"}`, "404 session_not_found"},
		request{sql, me, `{"session_id":"` + h.attacker + `","SESSION_ID":"` + h.neighbour + `","sql":"SELECT * FROM ledger"}`, "404,422"},
		request{process, me, about(`"query":"total amount","conversation_id":"x","edits":"y"`), "404 session_not_found"},
		request{sql, me, h.document(`"sql":"SELECT * FROM ledger"`), "422"},
		request{"GET /api/v1/sessions?limit=200&workspace_id=x&owner_id=x", me, "", "200"},
		request{upload, me + "\r\n" + form, "--x\r\nContent-Disposition: form-data; name=\"session_id\"\r\n\r\n" + h.neighbour + "\r\n--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"b.csv\"\r\n\r\na\n1\n\r\n--x--\r\n", "404 session_not_found"},
		request{upload, me + "\r\n" + form, "--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"b.csv\"\r\n\r\na\n1\n\r\n--x\r\nContent-Disposition: form-data; name=\"session_id\"\r\n\r\n" + h.neighbour + "\r\n--x--\r\n", "404 session_not_found"},
	)
	return list
}

// overstated are requests of somebody who would like to be more.
func (h *house) overstated() (list []request) {
	me := "Authorization: Bearer " + h.mine
	for _, line := range []string{"GET /api/v1/users", "GET /api/v1/users/x", "DELETE /api/v1/users/x", "GET /api/v1/audit", "GET /api/v1/invitations", "DELETE /api/v1/invitations/x", "POST /api/v1/users/x/reset-link"} {
		list = append(list, request{line, me, "", "403 admin_only"})
	}
	return append(list,
		request{"POST /api/v1/users", me, `{"email":"x@example.org","role":"admin"}`, "403 admin_only"},
		request{"POST /api/v1/invitations", me, `{"role":"admin"}`, "403 admin_only"},
		request{"PATCH /api/v1/users/x", me, `{"role":"admin"}`, "403 admin_only"},
		request{"PATCH /api/v1/auth/me", me, `{"role":"admin","workspace_id":"x","active":true,"id":"x"}`, "200"},
		request{"GET /api/v1/users", me, "", "403 admin_only"},
		request{"POST /api/v1/auth/register", "", `{"email":"admin@example.org","password":"` + attackersPassword + `","role":"admin","workspace_id":"x"}`, "201"},
		request{"POST /api/v1/auth/setup", "", `{"token":"","email":"root@example.org","password":"` + attackersPassword + `"}`, "422 link_invalid"},
		request{"POST /api/v1/auth/setup", "", `{"token":"' OR 1=1--","email":"root@example.org","password":"` + attackersPassword + `"}`, "422 link_invalid"},
		request{"POST /api/v1/auth/setup", "", `{"token":null,"email":"root@example.org","password":"` + attackersPassword + `"}`, "422"},
		request{"POST /api/v1/auth/reset/confirm", "", `{"token":"%","password":"` + attackersPassword + `"}`, "422 link_invalid"},
		request{"POST /api/v1/auth/api-keys", me, `{"name":"x","scope":"admin"}`, "422 key_scope_invalid"},
		request{"POST /api/v1/auth/api-keys", me, `{"name":"x","scope":"root"}`, "422"},
		request{"POST /api/v1/auth/api-keys", me, `{"name":"x","expires_in_days":100000}`, "422"},
		request{"DELETE /api/v1/auth/logins/x", me, "", "404 login_not_found"},
		request{"DELETE /api/v1/auth/api-keys/x", me, "", "404 key_not_found"},
		request{"POST /api/v1/auth/me/delete", me, `{"password":"wrong password"}`, "403 password_wrong"},
	)
}

// oddities are bodies and heads that a login should not trip over.
func (h *house) oddities() (list []request) {
	for body, want := range map[string]string{
		`{}`: "422", `{"email":null,"password":null}`: "422", `{"email":{"$ne":""},"password":{"$ne":""}}`: "422", `{"email":["a@example.org"],"password":"x"}`: "422", `[]`: "422",
		`{"email":"' OR '1'='1","password":"' OR '1'='1"}`: "401 login_failed", `{"email":"neighbour@example.org'--","password":"x"}`: "401 login_failed",
		`{"email":"neighbour@example.org\u0000","password":"x"}`: "401 login_failed", `{"email":"\u202eneighbour@example.org","password":"x"}`: "401 login_failed",
		`{"email":"neighbour@example.org","password":""}`: "401 login_failed", `{"email":"neighbour@example.org","password":"` + repeat("x", 4000) + `"}`: "401 login_failed",
		`{"email":"` + repeat("a", 400) + `@example.org","password":"x"}`: "422", `{"email":"neighbour@example.org","password":"` + repeat("x", 5000) + `"}`: "422",
		`{"email":"neighbour@example.org","password":"\ud800"}`: "4", `{"email":"neighbour@example.org\r\nX: y","password":"x"}`: "401 login_failed", `{"email":"${jndi:ldap://x}","password":"\u001b[31m"}`: "401 login_failed",
	} {
		list = append(list, request{"POST /api/v1/auth/login", "", body, want})
	}
	for _, token := range []string{"", "x", "ttr_" + repeat("A", 43), h.mine, "ttr_' OR 1=1--", "ttr_" + repeat("A", 900)} {
		list = append(list, request{"POST /api/v1/auth/refresh", "", fmt.Sprintf(`{"refresh_token":%q}`, token), "401 token_invalid"})
	}
	return append(list,
		request{"POST /api/v1/auth/refresh", "", `{"refresh_token":"` + repeat("A", 5000) + `"}`, "422"},
		request{"POST /api/v1/auth/refresh", "Cookie: tabletalk_refresh=" + h.refresh + "\r\nOrigin: https://evil.example\r\nSec-Fetch-Site: cross-site", `{}`, "403 origin_not_allowed"},
		request{"POST /api/v1/auth/logout", "Cookie: tabletalk_refresh=" + h.refresh + "\r\nSec-Fetch-Site: cross-site", `{}`, "403 origin_not_allowed"},
		request{"GET /api/v1/ws?session_id=" + h.attacker, "Authorization: Bearer " + h.mine + "\r\nOrigin: https://evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "", "403"},
		request{"POST /api/v1/auth/login", "X-Forwarded-For: 127.0.0.1, ' OR 1=1, ::ffff:1.2.3.4", `{"email":"a@example.org","password":"x"}`, "401 login_failed"},
		request{"POST /api/v1/auth/register", "", `{"email":"a@b@c","password":"` + attackersPassword + `"}`, "422 email_invalid"},
		request{"POST /api/v1/auth/register", "", `{"email":"c@example.org","password":"` + attackersPassword + `","name":"\u001b[31mred\n"}`, "422 name_invalid"},
		request{"POST /api/v1/auth/register", "", `{"email":"d@example.org","password":"` + attackersPassword + `","name":"` + repeat("n", 900) + `"}`, "422 name_invalid"},
		request{"POST /api/v1/auth/reset", "", `{"email":"neighbour@example.org"}`, "202"},
		request{"POST /api/v1/auth/reset", "", `{"email":"nobody@example.org"}`, "202"},
		request{"GET /api/v1/auth/openid", "", "", "404"},
		request{"GET /api/v1/auth/openid/callback?code=x&state=y", "", "", "404"},
	)
}

// Somebody with an account of their own reaches nothing of the neighbour's,
// whoever they say they are.
func TestAccounts(t *testing.T) {
	h := openWith(t, asWorker, "accounts")
	list := h.accounts()
	if len(list) < 100 {
		t.Errorf("only %d requests", len(list))
	}
	for _, r := range list {
		a := h.speak(t, r)
		what := r.line + " " + r.head + " " + r.body
		if !answers(a, r.want) {
			t.Errorf("%.60q %.80q %.80q: %s, want %s\n%.300s", r.line, r.head, r.body, a, r.want, a.body)
		}
		if a.status >= 500 {
			t.Errorf("%.200q: a failure of ours: %s", what, a)
		}
		h.healthy(t, what, a)
	}
	for _, secret := range []string{attackersPassword, h.mine, h.theirs, h.refresh} {
		if strings.Contains(h.logged(t), secret) {
			t.Error("a password or a token is in the log")
		}
	}
	h.rested(t)
}
