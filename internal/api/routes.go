package api

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tabletalk/internal/session"
)

const (
	get    = http.MethodGet
	post   = http.MethodPost
	patch  = http.MethodPatch
	remove = http.MethodDelete
	put    = http.MethodPut

	streamPath = "/query/stream"
	maxJSON    = 1 << 20 // of a JSON body; the text of a question has its own limit
)

// routes is every route that the OpenAPI document describes.
func (s *Server) routes() []route { return append(s.dataRoutes(), s.accountRoutes()...) }

func (s *Server) dataRoutes() []route {
	return []route{
		on(post, uploadPath, "upload", "files", "Upload files into a session, a new one if none is named", s.upload),
		on(post, "/samples", "load-samples", "files", "Load the sample data into a new session", s.loadSamples),
		on(get, "/files/{id}", "file", "files", "A file with its receipt and tables", s.file),
		on(get, "/files/{id}/preview", "file-preview", "files", "Some rows of each table of a file", s.filePreview),
		on(post, "/files/{id}/reread", "reread-file", "files", "Read a file again with other decisions, or try that", s.reread),
		on(get, versionsPath, "file-versions", "files", "The versions of a file, newest first", s.fileVersions),
		on(post, versionsPath, "add-version", "files", "Upload a new version of a file: in place of its rows, or behind those of a table", s.addVersion),
		on(get, versionsPath+"/{number}/preview", "version-preview", "files", "Some rows of each table of a version", s.versionPreview),
		on(post, versionsPath+"/{number}/restore", "restore-version", "files", "Bring an earlier version back", s.restoreVersion),
		on(remove, versionsPath+"/{number}", "delete-version", "files", "Delete an earlier version", s.deleteVersion),
		on(post, "/files/{id}/undo", "undo-file", "files", "Bring the version before the current one back", s.undoFile),
		on(remove, "/files/{id}", "delete-file", "files", "Delete a file and its tables", s.deleteFile),

		on(get, "/jobs", "jobs", "jobs", "What is done in the background, newest first", s.listJobs),
		on(get, "/jobs/{id}", "job", "jobs", "How far a job is", s.job),
		on(post, "/jobs/{id}/cancel", "cancel-job", "jobs", "End a job", s.cancelJob),
		on(get, "/events", "events", "jobs", "What happens in a session, as server-sent events; the same over a WebSocket at /ws", s.watch),

		on(get, "/tables/{id}", "table", "tables", "A table with its columns", s.table),
		on(post, rowsPath, "append-rows", "tables", "Put rows behind those of a table while they come: lines of JSON, or of CSV", s.rows),
		on(get, "/tables/{id}/preview", "table-preview", "tables", "Some rows of a table", s.preview),
		on(get, "/tables/{id}/profile", "table-profile", "tables", "What the columns of a table hold", s.profile),
		on(post, "/tables/{id}/profile", "profile-table", "tables", "Look closely at a table once more, in the background", s.profileAgain, accepted),
		on(get, "/tables/{id}/export", "export-table", "tables", "A whole table as a file", s.exportTable),

		on(post, "/sessions", "create-session", "sessions", "Make a session", s.createSession, created),
		on(get, "/sessions", "sessions", "sessions", "All sessions", s.listSessions),
		on(get, "/sessions/{id}", "session", "sessions", "A session", s.session),
		on(patch, "/sessions/{id}", "rename-session", "sessions", "Rename a session", s.renameSession),
		on(post, "/sessions/{id}/extend", "extend-session", "sessions", "Let a session expire later", s.extendSession),
		on(remove, "/sessions/{id}", "delete-session", "sessions", "Delete a session and all that it holds", s.deleteSession),
		on(get, "/sessions/{id}/files", "session-files", "sessions", "The files of a session", s.sessionFiles),
		on(get, "/sessions/{id}/tables", "session-tables", "sessions", "The tables of a session", s.sessionTables),
		on(get, "/sessions/{id}/joins", "session-joins", "sessions", "How the tables of a session belong together", s.sessionJoins),
		on(get, "/sessions/{id}/conversations", "conversations", "sessions", "The conversations of a session", s.sessionConversations),
		on(patch, "/sessions/{id}/conversations/{conversation_id}", "rename-conversation", "sessions", "Rename a conversation", s.renameConversation),
		on(remove, "/sessions/{id}/conversations/{conversation_id}", "delete-conversation", "sessions", "Delete a conversation and its questions", s.deleteConversation),
		on(get, "/sessions/{id}/queries", "session-queries", "sessions", "The questions of a session with their answers", s.sessionQueries),

		on(get, "/sessions/{id}/definitions", "definitions", "teaching", "What people taught that is for a session, its workspace's included", s.definitions),
		on(post, "/sessions/{id}/definitions", "define", "teaching", "Teach a word, a metric, a filter, what a column is for, an answer, or what a word never means", s.define, created),
		on(patch, "/sessions/{id}/definitions/{definition_id}", "change-definition", "teaching", "Change what is given of a definition", s.changeDefinition),
		on(remove, "/sessions/{id}/definitions/{definition_id}", "delete-definition", "teaching", "Take a definition back", s.deleteDefinition),
		on(get, "/sessions/{id}/cases", "cases", "teaching", "The answers that were confirmed, as questions that “tabletalk eval” asks again", s.confirmedCases),

		on(post, "/query/process", "ask", "questions", "Ask a question", s.ask),
		on(post, streamPath, "ask-stream", "questions", "Ask a question and receive the answer as events", s.stream),
		on(post, "/query/classify", "classify", "questions", "What kind of question it is", s.classify),
		on(post, "/query/entities", "entities", "questions", "What the words of a question are tied to", s.entities),
		on(get, "/query/suggest", "suggest", "questions", "Questions that would work", s.suggest),
		on(post, "/query/sql", "sql", "questions", "Run one read-only SELECT", s.sql),
		on(get, "/queries/{id}", "query", "questions", "An answer given before", s.query),
		on(post, "/queries/{id}/rerun", "rerun", "questions", "Compute an answer again", s.rerun),
		on(post, "/queries/{id}/feedback", "feedback", "questions", "Say whether an answer was right; a right one is remembered for its question", s.feedback),
		on(post, "/queries/{id}/explain", "explain", "model", "Let the language model explain a result in a paragraph", s.explain),
		on(post, "/sessions/{id}/suggest-name", "suggest-name", "model", "Let the language model find a name for a session; it is not renamed", s.suggestName),
		on(post, "/sessions/{id}/suggest-questions", "suggest-questions", "model", "Let the language model think of questions; those are told that are understood", s.suggestQuestions),
		on(post, "/sessions/{id}/describe-columns", "describe-columns", "model", "Let the language model describe the columns of a table", s.describeColumns),
		on(get, "/queries/{id}/sent", "sent", "model", "What was sent to a language model for a question, byte for byte", s.sent),
		on(get, "/queries/{id}/export", "export-answer", "questions", "The rows of an answer as a file", s.exportAnswer),

		on(get, "/model", "model", "model", "The language model, what it may be sent, and what was spent on it", s.modelState),
		on(put, "/model/egress", "set-egress", "model", "Say what of a session, or of the workspace, may be sent", s.setEgress),
		on(get, "/model/known", "known-models", "model", "Models of which is known what they can do and cost", s.knownModels),
		on(put, "/model/key", "set-model-key", "model", "Keep the workspace's own key for the model's server", s.setModelKey),
		on(post, "/model/test", "test-model", "model", "Ask the model for one word; no data is sent", s.testModel),

		unversioned(on(get, "/healthz", "health", "operation", "The process lives", s.health)),
		unversioned(on(get, "/readyz", "ready", "operation", "Questions can be answered", s.ready)),
	}
}

func (s *Server) accountRoutes() []route {
	return []route{
		on(get, "/auth/options", "auth-options", "accounts", "How people log in here", s.authOptions),
		on(post, "/auth/setup", "set-up", "accounts", "Make the first administrator, by the link that the start printed", s.setUp, created),
		on(post, "/auth/register", "register", "accounts", "Make an account", s.register, created),
		on(post, "/auth/login", "login", "accounts", "Log in", s.login),
		on(post, "/auth/refresh", "refresh", "accounts", "Exchange the refresh token for the next pair; one that comes back ends its login", s.refresh),
		on(post, "/auth/logout", "logout", "accounts", "Log out here, or everywhere", s.logout, nothing),
		on(post, "/auth/reset", "forgot-password", "accounts", "Mail a link that sets a new password; the answer is the same whoever asks", s.forgot, accepted),
		on(post, "/auth/reset/confirm", "reset-password", "accounts", "Set a new password by such a link; every login ends", s.reset),
		on(get, "/auth/me", "me", "accounts", "Who asks", s.me),
		on(patch, "/auth/me", "change-me", "accounts", "Change the name, the address or the password", s.changeMe),
		on(post, "/auth/me/delete", "delete-me", "accounts", "Delete the account with everything that is in it", s.deleteMe),
		on(get, "/auth/me/export", "export-me", "accounts", "Everything that is kept of you, as a ZIP", s.exportMe),
		on(post, "/auth/ticket", "ticket", "accounts", "A ticket for an event stream, a WebSocket or a download, where no header can be sent", s.ticket),
		on(get, "/auth/logins", "logins", "accounts", "Where you are logged in", s.logins),
		on(remove, "/auth/logins/{id}", "end-login", "accounts", "Log out there", s.endLogin),
		on(post, "/auth/api-keys", "create-key", "accounts", "Make a key for programs; it is shown once", s.createKey, created),
		on(get, "/auth/api-keys", "keys", "accounts", "Your keys", s.keys),
		on(remove, "/auth/api-keys/{id}", "delete-key", "accounts", "Take a key back", s.deleteKey),

		on(get, "/sessions/{id}/shares", "shares", "sharing", "With whom a session is shared", s.shares),
		on(post, "/sessions/{id}/shares", "share", "sharing", "Share a session with somebody of the workspace, or change what they may", s.share),
		on(remove, "/sessions/{id}/shares/{user_id}", "unshare", "sharing", "Stop sharing a session with somebody", s.unshare),

		on(get, "/users", "users", "administration", "All users", s.users),
		on(post, "/users", "create-user", "administration", "Make an account for somebody", s.createUser, created),
		on(get, "/users/{id}", "user", "administration", "A user", s.user),
		on(patch, "/users/{id}", "change-user", "administration", "Change the name or the role of a user, or keep them out", s.changeUser),
		on(remove, "/users/{id}", "delete-user", "administration", "Delete a user with everything that is theirs", s.deleteUser),
		on(post, "/users/{id}/reset-link", "reset-link", "administration", "A link that sets a user's password, to hand over", s.resetLink, created),
		on(get, "/invitations", "invitations", "administration", "Invitations that nobody used yet", s.invitations),
		on(post, "/invitations", "invite", "administration", "A link that lets one person register; mailed where that can be done", s.invite, created),
		on(remove, "/invitations/{id}", "delete-invitation", "administration", "Take an invitation back", s.deleteInvitation),
		on(get, "/audit", "audit", "administration", "Who did what to which object, newest first", s.readAudit),
	}
}

func tags() []*huma.Tag {
	return []*huma.Tag{
		{Name: "files", Description: "Uploads and their receipts"}, {Name: "jobs", Description: "Work in the background, and what happens in a session"}, {Name: "tables", Description: "What the files hold"},
		{Name: "questions", Description: "Questions and answers"}, {Name: "sessions", Description: "Sessions and conversations"},
		{Name: "teaching", Description: "What people teach"},
		{Name: "model", Description: "A language model that may read questions, too"},
		{Name: "accounts", Description: "Who asks, and how they log in"}, {Name: "sharing", Description: "Sessions that several people work in"},
		{Name: "administration", Description: "Users, invitations and the audit log, for administrators"},
		{Name: "operation", Description: "Health of the server"},
	}
}

//go:embed docs
var docs embed.FS

// plainRoutes are those that need no description of their own.
func (s *Server) plainRoutes() {
	s.mux.HandleFunc("GET /openapi.json", s.openAPI)
	s.mux.HandleFunc("GET "+base+socketPath, s.socket)
	for pattern, h := range s.tusRoutes() {
		s.mux.HandleFunc(pattern, s.tus(h))
	}
	s.openIDRoutes()
	s.mux.Handle("GET /metrics", s.counted(s.counters))
	files, err := fs.Sub(docs, "docs")
	if err != nil {
		panic(err) // "docs" is a valid path
	}
	s.mux.Handle("GET /docs/", http.StripPrefix("/docs", http.FileServerFS(files)))
	s.mux.HandleFunc("GET /docs", func(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, files, "index.html") })
	s.mux.HandleFunc("/", s.missing)
}

// route is one line of the list.
type route struct {
	op  huma.Operation
	add func(*Server, huma.Operation)
	in  any // what the handler takes
}

func (r route) register(s *Server) { r.add(s, r.op) }

// admitRoute puts a route under its rule.
func (s *Server) admitRoute(r *route, rules map[string]rule) error {
	rule, ok := rules[r.op.OperationID]
	_, names := r.in.(namesSession)
	if !ok || names != (rule.at == inBody) {
		return fmt.Errorf("api: the route %s has no rule that says who may use it, or none that fits", r.op.OperationID)
	}
	if rule.audience == everybody {
		s.open[r.op.Method+" "+r.op.Path] = true
	} else {
		r.op.Security = []map[string][]string{{"bearer": {}}}
	}
	r.op.Middlewares = append(r.op.Middlewares, s.guardRoute(r.op.OperationID, rule))
	return nil
}

// on makes a route of a handler, whose errors become problems.
func on[I, O any](method, path, id, tag, summary string, h func(context.Context, *I) (*O, error), change ...func(*huma.Operation)) route {
	op := huma.Operation{Method: method, Path: base + path, OperationID: id, Tags: []string{tag}, Summary: summary, MaxBodyBytes: maxJSON, BodyReadTimeout: -1}
	for _, c := range change {
		c(&op)
	}
	return route{op: op, in: new(I), add: func(s *Server, op huma.Operation) {
		op.Responses = map[string]*huma.Response{"default": problemResponse(s.huma)}
		op.Errors = nil
		need := rules()[id].need
		huma.Register(s.huma, op, func(ctx context.Context, in *I) (*O, error) {
			var err error
			var out *O
			if named, ok := any(in).(namesSession); ok && who(ctx).person() != "" {
				err = s.may(ctx, need, session.OfSession, named.session())
			}
			if err == nil {
				out, err = h(ctx, in)
			}
			if err != nil {
				return nil, problemOf(err)
			}
			return out, nil
		})
	}}
}

func created(op *huma.Operation)  { op.DefaultStatus = http.StatusCreated }
func accepted(op *huma.Operation) { op.DefaultStatus = http.StatusAccepted }
func nothing(op *huma.Operation)  { op.DefaultStatus = http.StatusNoContent }

// unversioned takes the base off a route.
func unversioned(r route) route {
	r.op.Path = strings.TrimPrefix(r.op.Path, base)
	return r
}

func problemResponse(a huma.API) *huma.Response {
	schema := a.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")
	return &huma.Response{Description: "A problem", Content: map[string]*huma.MediaType{problemType: {Schema: schema}}}
}

// schemaName keeps types of the same name in different rooms apart.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	room := t.PkgPath()[strings.LastIndex(t.PkgPath(), "/")+1:]
	switch room {
	case "plan", "catalog", "question", "dataset", "job", "definition":
		if upper := strings.ToUpper(room[:1]) + room[1:]; !strings.HasPrefix(name, upper) {
			return upper + name
		}
	}
	return name
}

func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
