package app_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tabletalk/client"
	"tabletalk/internal/account"
	"tabletalk/internal/config"
)

// audience is who may use each route, in one word: everybody; anyone (who is
// logged in, or holds a key); person (no key); admin; and view, edit or own for
// what somebody must be allowed to do with the session that it is about. A
// route without a word here fails the test.
var audience = map[string]string{
	"upload": "session edit", "load-samples": "anyone", "file": "view", "file-preview": "view", "file-versions": "view", "version-preview": "view", "reread-file": "edit", "add-version": "edit",
	"restore-version": "edit", "delete-version": "edit", "undo-file": "edit", "delete-file": "edit",
	"jobs": "session view", "job": "view", "cancel-job": "edit", "events": "session view",
	"table": "view", "table-preview": "view", "table-profile": "view", "profile-table": "edit", "export-table": "view", "append-rows": "edit",
	"create-session": "anyone", "sessions": "anyone", "session": "view", "rename-session": "edit", "extend-session": "own", "delete-session": "own", "session-files": "view", "session-tables": "view", "session-joins": "view",
	"conversations": "view", "rename-conversation": "edit", "delete-conversation": "edit", "session-queries": "view",
	"definitions": "view", "define": "edit", "change-definition": "edit", "delete-definition": "edit", "cases": "view",
	"ask": "session edit", "ask-stream": "session edit", "sql": "session edit", "classify": "session view", "entities": "session view", "suggest": "session view",
	"query": "view", "rerun": "edit", "feedback": "edit", "export-answer": "view", "sent": "view",
	"model": "session view", "set-egress": "session own", "test-model": "admin", "known-models": "anyone", "set-model-key": "admin", "suggest-questions": "edit", "suggest-name": "edit", "describe-columns": "edit", "explain": "edit",
	"shares": "view", "share": "own", "unshare": "own",
	"auth-options": "everybody", "register": "everybody", "set-up": "everybody", "login": "everybody", "refresh": "everybody", "forgot-password": "everybody", "reset-password": "everybody", "logout": "everybody",
	"me": "anyone", "change-me": "person", "delete-me": "person", "export-me": "person", "ticket": "person", "logins": "person", "end-login": "person", "create-key": "person", "keys": "person", "delete-key": "person",
	"users": "admin", "create-user": "admin", "user": "admin", "change-user": "admin", "delete-user": "admin", "reset-link": "admin", "invitations": "admin", "invite": "admin", "delete-invitation": "admin", "audit": "admin",
	"health": "everybody", "ready": "everybody",
	// Those of tus and the socket check by themselves.
	"upload-options": "anyone", "begin-upload": "session edit", "upload-offset": "own upload", "continue-upload": "own upload", "get-upload": "own upload", "end-upload": "own upload",
	"socket": "session view",
}

// refusals are the codes that keep somebody out.
var refusals = []string{"not_logged_in", "token_invalid", "session_read_only", "not_owner", "admin_only", "key_scope", "key_refused",
	"session_not_found", "file_not_found", "table_not_found", "query_not_found", "job_not_found", "upload_not_found"}

// things are the objects of a session.
type things struct{ session, file, table, query, upload string }

// operation is a route of the document.
type operation struct{ id, method, path string }

// Every route, asked by every kind of person: the owner of a session, an
// editor, a viewer, somebody of the same workspace, its administrator,
// somebody of another workspace, somebody who logged out, a key that may only
// read, and nobody.
func TestRights(t *testing.T) {
	h := withLogins(t, func(c *config.Config) {
		c.UserRequestsPerMinute, c.PlaceRequestsPerMinute, c.LoginAttempts = 0, 0, 1000
	})
	people := h.cast(t)
	mine := h.things(t, people)
	for _, op := range h.operations(t) {
		t.Run(op.id, func(t *testing.T) {
			word, ok := audience[op.id]
			if !ok {
				t.Fatalf("%s %s has no word that says who may use it", op.method, op.path)
			}
			for _, name := range kinds {
				allowed := allows(word, name)
				if allowed && (op.method != http.MethodGet || strings.Contains(op.path, "/jobs/")) {
					continue // it would change what the others are refused; there is no job
				}
				code := h.try(t, people[name], op, mine)
				if refused := slices.Contains(refusals, code); refused == allowed {
					t.Errorf("%s, of %s: %q", name, word, code)
				}
				if leaks := strings.HasPrefix(code, "session_read") || code == "not_owner"; leaks && !slices.Contains([]string{"viewer", "editor", "reader"}, name) {
					t.Errorf("%s learns that there is such a thing: %s", name, code)
				}
			}
		})
	}
}

// Who may, can: the one with the least right that suffices.
func TestRightsSuffice(t *testing.T) {
	h := withLogins(t, func(c *config.Config) {
		c.UserRequestsPerMinute, c.PlaceRequestsPerMinute, c.LoginAttempts = 0, 0, 1000
	})
	people := h.cast(t)
	for _, op := range h.operations(t) {
		word := strings.TrimPrefix(audience[op.id], "session ")
		name := map[string]string{"edit": "editor", "own": "owner"}[word]
		if name == "" || op.method == http.MethodGet || strings.Contains(op.path, "/jobs/") {
			continue
		}
		if code := h.try(t, people[name], op, h.things(t, people)); slices.Contains(refusals, code) {
			t.Errorf("%s: the %s is refused: %s", op.id, name, code)
		}
	}
}

var kinds = []string{"nobody", "gone", "owner", "editor", "viewer", "colleague", "admin", "foreigner", "reader"}

// allows reports whether a kind of person may. The reader is a key of the
// owner that may only read.
func allows(word, name string) bool {
	inside := !slices.Contains([]string{"nobody", "gone"}, name)
	switch strings.TrimPrefix(word, "session ") {
	case "everybody":
		return true
	case "anyone":
		return inside // of keys: those that change nothing
	case "person":
		return inside && name != "reader"
	case "admin":
		return name == "admin" || name == "foreigner" // who is one elsewhere, and sees what is there
	case "view":
		return slices.Contains([]string{"owner", "editor", "viewer", "reader"}, name)
	case "edit":
		return slices.Contains([]string{"owner", "editor"}, name)
	}
	return name == "owner"
}

// cast makes one of each kind.
func (h *house) cast(t *testing.T) map[string]*client.Client {
	t.Helper()
	people := map[string]*client.Client{"nobody": h.Client, "admin": h.setUp(t)}
	for _, name := range []string{"owner", "editor", "viewer", "colleague", "gone"} {
		people[name] = h.join(t, name+"@example.org")
	}
	h.must(t, people["gone"], "POST", "/auth/logout", nil, nil)
	var key struct{ Key string }
	h.must(t, people["owner"], "POST", "/auth/api-keys", map[string]any{"name": "reader", "scope": "read"}, &key)
	people["reader"] = h.As(key.Key)
	elsewhere, err := h.app.Accounts.Workspace(t.Context(), "elsewhere")
	if err == nil {
		_, err = h.app.Accounts.Create(t.Context(), elsewhere, account.Admin, account.Newcomer{Email: "foreigner@example.org", Password: goodPassword})
	}
	if err != nil {
		t.Fatal(err)
	}
	people["foreigner"] = h.enter(t, "foreigner@example.org", goodPassword)
	return people
}

// things makes a session of the owner, shared with editor and viewer.
func (h *house) things(t *testing.T, people map[string]*client.Client) things {
	t.Helper()
	u, err := people["owner"].Upload(t.Context(), "", file("a.csv", "name,age\nx,1\ny,2\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range []string{"editor", "viewer"} {
		h.must(t, people["owner"], "POST", "/sessions/"+u.SessionID+"/shares", map[string]any{"email": role + "@example.org", "role": role}, nil)
	}
	a, err := people["owner"].Ask(t.Context(), client.Question{SessionID: u.SessionID, Query: "average age"})
	if err != nil {
		t.Fatal(err)
	}
	res, err := people["owner"].Send(t.Context(), "POST", "/uploads", nil, client.Header{Name: "Tus-Resumable", Value: "1.0.0"}, client.Header{Name: "Upload-Length", Value: "3"})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // there is none
	return things{session: u.SessionID, file: u.Files[0].ID, table: u.Files[0].Tables[0].ID, query: a.QueryID, upload: filepath.Base(res.Header.Get("Location"))}
}

func (h *house) operations(t *testing.T) (list []operation) {
	t.Helper()
	_, text := h.get(t, "/openapi.json")
	var doc struct {
		Paths map[string]map[string]struct{ OperationID string }
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			list = append(list, operation{op.OperationID, strings.ToUpper(method), path})
		}
	}
	slices.SortFunc(list, func(a, b operation) int { return strings.Compare(a.id, b.id) })
	return list
}

// try sends a request about the things and gives the code of the problem, or
// the status.
func (h *house) try(t *testing.T, c *client.Client, op operation, of things) string {
	t.Helper()
	id := of.session
	for prefix, other := range map[string]string{"/files/": of.file, "/tables/": of.table, "/queries/": of.query, "/jobs/": stranger, "/uploads/": of.upload, "/users/": stranger, "/auth/": stranger, "/invitations/": stranger} {
		if strings.Contains(op.path, prefix) {
			id = other
		}
	}
	path := strings.NewReplacer("{id}", id, "{conversation_id}", stranger, "{definition_id}", stranger, "{user_id}", stranger, "{number}", "1").Replace(op.path) + "?session_id=" + of.session
	body := fmt.Sprintf(`{"session_id":%q,"query":"average age","sql":"SELECT 1","name":"n","feedback":"up","kind":"synonym","egress":"off","email":"nobody@example.org","role":"viewer"}`, of.session)
	headers := []client.Header{{Name: "Content-Type", Value: "application/json"}}
	switch op.id {
	case "upload", "add-version":
		body = "--x\r\nContent-Disposition: form-data; name=\"session_id\"\r\n\r\n" + of.session + "\r\n--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"b.csv\"\r\n\r\na,b\n1,2\n\r\n--x--\r\n"
		headers[0].Value = "multipart/form-data; boundary=x"
	case "append-rows":
		headers[0].Value = "application/x-ndjson"
	case "begin-upload":
		headers = append(headers, client.Header{Name: "Tus-Resumable", Value: "1.0.0"}, client.Header{Name: "Upload-Length", Value: "3"}, client.Header{Name: "Upload-Metadata", Value: "session_id " + base64.StdEncoding.EncodeToString([]byte(of.session))})
	case "continue-upload", "end-upload", "upload-offset":
		headers = append(headers, client.Header{Name: "Tus-Resumable", Value: "1.0.0"})
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	res, err := c.Send(ctx, op.method, "/"+path, strings.NewReader(body), headers...)
	var p *client.Error
	switch {
	case errors.As(err, &p) && op.method == http.MethodHead:
		return map[int]string{401: "not_logged_in", 403: "key_scope", 404: "upload_not_found"}[p.Status]
	case errors.As(err, &p):
		return p.Code
	case err != nil:
		t.Fatalf("%s: %v", op.id, err)
	}
	_ = res.Body.Close() // an event stream would go on
	return res.Status
}
