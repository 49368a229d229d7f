package api

import (
	"context"
	"io"
	"net/http"
	"time"

	"tabletalk/internal/account"
	"tabletalk/internal/audit"
	"tabletalk/internal/catalog"
	"tabletalk/internal/conversation"
	"tabletalk/internal/dataset"
	"tabletalk/internal/definition"
	"tabletalk/internal/engine"
	"tabletalk/internal/export"
	"tabletalk/internal/ingest"
	"tabletalk/internal/job"
	"tabletalk/internal/llm"
	"tabletalk/internal/llm/agent"
	"tabletalk/internal/question"
	"tabletalk/internal/session"
	"tabletalk/internal/table"
)

// Sessions is what the routes under /sessions do.
type Sessions interface {
	Create(ctx context.Context, workspace, owner, name string) (*session.Session, error)
	Get(ctx context.Context, workspace, id string) (*session.Session, error)
	List(ctx context.Context, workspace, person string, p session.Page) (list []session.Session, next string, err error)
	Rename(ctx context.Context, workspace, id, name string) (*session.Session, error)
	Extend(ctx context.Context, workspace, id string, by time.Duration) (*session.Session, error)
	Delete(ctx context.Context, workspace, id string) error
}

// Asker answers questions.
type Asker interface {
	// Check refuses what is no question at all, before any work is done.
	Check(req conversation.Request) error
	Ask(ctx context.Context, req conversation.Request, emit func(conversation.Event)) (*conversation.Answer, error)
	SQL(ctx context.Context, workspace, sessionID, text string) (*conversation.Answer, error)
	Rerun(ctx context.Context, workspace, queryID string) (*conversation.Answer, error)
}

// Speller knows the words of questions, and answers nothing.
type Speller interface {
	Words(ctx context.Context, req conversation.Request) (intent string, confidence question.Confidence, words []question.Word, err error)
	Suggest(ctx context.Context, req conversation.Request, n int) ([]string, error)
}

// Threads is what was asked before. Callers have checked that the session is
// the asker's.
type Threads interface {
	Conversations(ctx context.Context, sessionID string, p session.Page) (list []conversation.Conversation, next string, err error)
	RenameConversation(ctx context.Context, sessionID, id, name string) error
	DeleteConversation(ctx context.Context, sessionID, id string) error
	Query(ctx context.Context, workspace, id string) (*conversation.Answer, error)
	Queries(ctx context.Context, sessionID, conversationID string, p session.Page) (list []conversation.Answer, next string, err error)
}

// Teaching is what people teach.
type Teaching interface {
	List(ctx context.Context, workspace, sessionID string, p session.Page) (list []definition.Definition, next string, err error)
	Add(ctx context.Context, workspace, sessionID string, m definition.Meaning) (*definition.Definition, error)
	Get(ctx context.Context, workspace, sessionID, id string) (*definition.Definition, error)
	Change(ctx context.Context, workspace, sessionID, id string, do func(*definition.Meaning)) (*definition.Definition, error)
	Delete(ctx context.Context, workspace, sessionID, id string) error
}

// Cases writes the answers that were confirmed, to be asked again.
type Cases interface {
	WriteCases(ctx context.Context, workspace, sessionID string, w io.Writer) error
}

// Judge takes what people think of answers.
type Judge interface {
	Feedback(ctx context.Context, workspace, queryID, opinion string) (conversation.Learned, error)
}

// Model is the language model that may read questions, what it may be sent,
// and what it was sent.
type Model interface {
	ModelState(ctx context.Context, workspace, sessionID string) (*conversation.ModelState, error)
	Yours(ctx context.Context, workspace, person string) (*conversation.Yours, error)
	SetEgress(ctx context.Context, workspace, sessionID string, e agent.Egress) (*conversation.ModelState, error)
	TestModel(ctx context.Context, workspace string) (*conversation.Tested, error)
	KnownModels() (llm.Models, error)
	SetModelKey(ctx context.Context, workspace, setting, key string) (*conversation.ModelState, error)
	Sent(ctx context.Context, workspace, queryID string) (*conversation.Sendings, error)
	ExplainAnswer(ctx context.Context, workspace, queryID, person string) (*conversation.Written, error)
	SuggestName(ctx context.Context, workspace, sessionID, conversationID, person string) (*conversation.Written, error)
	SuggestQuestions(ctx context.Context, workspace, sessionID, person string) (*conversation.Written, error)
	DescribeColumns(ctx context.Context, workspace, sessionID, tableName, person string) (*conversation.Written, error)
}

// Intake takes files in.
type Intake interface {
	// Stage writes the bytes of one file to disk as they come. The caller
	// imports or discards what it gives. Errors: upload_too_large,
	// storage_full, and the reader's own.
	Stage(ctx context.Context, name string, r io.Reader) (*dataset.Staged, error)
	StageIn(ctx context.Context, place dataset.Place, name string, r io.Reader) (*dataset.Staged, error)
	// Import reads staged files into a session and discards them. A bad file
	// that comes alone is a fault; among others it is given as failed.
	Import(ctx context.Context, workspace, sessionID string, staged []*dataset.Staged, progress func(name string, p engine.Progress)) ([]dataset.File, error)
	// ImportLater leaves it to jobs to read staged files.
	ImportLater(ctx context.Context, workspace, sessionID string, staged []*dataset.Staged) ([]dataset.Later, error)
}

// Files is what was taken in.
type Files interface {
	Files(ctx context.Context, workspace, sessionID string, p session.Page) (list []dataset.File, next string, err error)
	File(ctx context.Context, workspace, id string) (*dataset.File, error)
	DeleteFile(ctx context.Context, workspace, id string) error
	// Original gives what was uploaded, as it came.
	Original(ctx context.Context, src dataset.Source) (io.ReadCloser, error)
}

// Versions is how a file changes. A change is tried first where the trial says
// so; earlier versions are kept until they are deleted.
type Versions interface {
	Reread(ctx context.Context, workspace, fileID string, d ingest.Decisions, try dataset.Trial) (*dataset.Change, error)
	Replace(ctx context.Context, workspace, fileID string, st *dataset.Staged, try dataset.Trial) (*dataset.Change, error)
	Append(ctx context.Context, workspace, tableID string, st *dataset.Staged, try dataset.Trial) (*dataset.Change, error)
	Versions(ctx context.Context, workspace, fileID string) ([]dataset.Version, error)
	VersionRows(ctx context.Context, workspace, fileID string, number int64, n int) (*dataset.Version, []*table.Rows, error)
	Restore(ctx context.Context, workspace, fileID string, number int64) (*dataset.File, error)
	Undo(ctx context.Context, workspace, fileID string) (*dataset.File, error)
	DeleteVersion(ctx context.Context, workspace, fileID string, number int64) error
}

// Resumes is uploads that arrive in pieces.
type Resumes interface {
	BeginUpload(ctx context.Context, u dataset.Resumable) (*dataset.Resumable, error)
	Upload(ctx context.Context, workspace, id string) (*dataset.Resumable, error)
	ContinueUpload(ctx context.Context, workspace, id string, offset int64, r io.Reader) (*dataset.Resumable, error)
	// CompleteUpload lets take store an upload of which all bytes are there.
	CompleteUpload(ctx context.Context, workspace, id string, take func(u *dataset.Resumable, st *dataset.Staged) (*dataset.Later, error)) (*dataset.Resumable, error)
	EndUpload(ctx context.Context, workspace, id string) error
}

// Streams is rows that are put behind a table while they come.
type Streams interface {
	AppendLines(ctx context.Context, workspace, tableID string, csv bool, r io.Reader) (*dataset.Streamed, error)
}

// Jobs is work that goes on in the background.
type Jobs interface {
	Job(ctx context.Context, workspace, id string) (*job.Job, error)
	Jobs(ctx context.Context, workspace, person, sessionID string, p session.Page) (list []job.Job, next string, err error)
	Cancel(ctx context.Context, workspace, id string) (*job.Job, error)
	Wake()
}

// Tables is what the files hold.
type Tables interface {
	Tables(ctx context.Context, workspace, sessionID string) ([]dataset.Table, error)
	Table(ctx context.Context, workspace, id string) (*dataset.Table, error)
	Preview(ctx context.Context, workspace, id string, limit, offset int) (*table.Rows, error)
	Profile(ctx context.Context, workspace, id string) ([]byte, error)
	ProfileAgain(ctx context.Context, workspace, id string) (jobID string, err error)
}

// Joiner knows which columns of a session's tables hold the same things.
type Joiner interface {
	Joins(ctx context.Context, workspace, sessionID string) ([]catalog.Join, error)
}

// Exports gives rows to be written as files.
type Exports interface {
	// TableRows and AnswerRows give everything but the format.
	TableRows(ctx context.Context, workspace, id string) (export.Request, error)
	AnswerRows(ctx context.Context, workspace, queryID string) (export.Request, error)
}

// Identity is who asks.
type Identity struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Email     string `json:"email,omitempty"`
	Role      string `json:"role" enum:"admin,member,viewer"`
	Workspace string `json:"workspace_id"`
	Auth      string `json:"auth" enum:"local,token,accounts" doc:"How the server knows who asks"`
	Scope     string `json:"scope,omitempty" enum:"read,ask,write,admin" doc:"What the key opens, where it was a key that asked"`

	caller account.Caller
}

// IdentityOf makes the Identity of a user.
func IdentityOf(c account.Caller) Identity {
	return Identity{ID: c.User.ID, Name: c.User.Name, Email: c.User.Email, Role: string(c.User.Role), Workspace: c.User.Workspace,
		Auth: "accounts", Scope: string(c.Scope), caller: c}
}

// person gives the id of somebody who logged in, and nothing for the one local
// user, whose everything is.
func (i Identity) person() string {
	if i.Auth == "accounts" {
		return i.ID
	}
	return ""
}

// scope is what replies are kept under: two people never share one.
func (i Identity) scope() string { return i.Workspace + i.person() }

// Gate says who asks. Error: unauthenticated.
type Gate func(r *http.Request) (Identity, error)

// Access says what a person may do with what belongs to a session.
type Access interface {
	Allow(ctx context.Context, workspace, person string, need session.Right, of session.Object) (session.Right, error)
	Share(ctx context.Context, workspace, id, userID, role string) error
	Unshare(ctx context.Context, workspace, id, userID string) error
	Shares(ctx context.Context, workspace, id string) ([]session.Share, error)
}

// Accounts is what the routes under /auth and /users do.
type Accounts interface {
	Entrance
	Self
	People
}

// Entrance lets people in.
type Entrance interface {
	Registration() account.Registration
	MailsLinks() bool
	NeedsSetUp(ctx context.Context) (bool, error)
	Register(ctx context.Context, n account.Newcomer) (*account.User, error)
	SetUp(ctx context.Context, n account.Newcomer) (*account.User, error)
	Login(ctx context.Context, email, password string, at account.Place) (*account.Tokens, *account.User, error)
	Refresh(ctx context.Context, refresh string) (*account.Tokens, error)
	LogoutBy(ctx context.Context, refresh string) error
	Forgotten(ctx context.Context, email string, at account.Place) error
	ResetPassword(ctx context.Context, secret, password string) error
	Outside(ctx context.Context, p account.Person, at account.Place) (*account.Tokens, *account.User, error)
}

// Self is what people do with their own account.
type Self interface {
	Still(ctx context.Context, c account.Caller) error
	Logout(ctx context.Context, c account.Caller, everywhere bool) error
	Logins(ctx context.Context, userID string) ([]account.Login, error)
	EndLogin(ctx context.Context, userID, loginID string) error
	Confirm(ctx context.Context, c account.Caller, password string, at account.Place) error
	SetPassword(ctx context.Context, c account.Caller, old, password string, at account.Place) error
	DeleteSelf(ctx context.Context, c account.Caller, password string, at account.Place) error
	AddKey(ctx context.Context, u account.User, name string, scope account.Scope, life time.Duration) (string, *account.Key, error)
	Keys(ctx context.Context, userID string) ([]account.Key, error)
	DeleteKey(ctx context.Context, userID, id string) error
	Ticket(ctx context.Context, c account.Caller) (string, time.Duration, error)
}

// People is what administrators do with the accounts of others.
type People interface {
	User(ctx context.Context, workspace, id string) (*account.User, error)
	UserAt(ctx context.Context, workspace, email string) (*account.User, error)
	Users(ctx context.Context, workspace string, p session.Page) ([]account.User, string, error)
	Create(ctx context.Context, workspace string, role account.Role, n account.Newcomer) (*account.User, error)
	Change(ctx context.Context, workspace, id string, c account.Changes) (*account.User, error)
	Delete(ctx context.Context, workspace, id string) error
	ResetLink(ctx context.Context, workspace, userID string) (string, *account.Link, error)
	Invite(ctx context.Context, workspace, email string, role account.Role) (string, *account.Link, error)
	Invitations(ctx context.Context, workspace string) ([]account.Link, error)
	Uninvite(ctx context.Context, workspace, id string) error
}

// Book keeps who did what.
type Book interface {
	Write(ctx context.Context, e audit.Entry)
	Read(ctx context.Context, workspace string, f audit.Filter, p session.Page) ([]audit.Entry, string, error)
}

// Sample is one file of the data that the product ships.
type Sample struct {
	Name string
	Open func() io.Reader
}

// Readiness says which parts of the house can work.
type Readiness struct {
	Ready  bool             `json:"ready"`
	Checks map[string]Check `json:"checks"`
}

// Check tells of one part of the house.
type Check struct {
	OK     bool           `json:"ok"`
	Detail string         `json:"detail,omitempty"`
	Facts  map[string]any `json:"facts,omitempty"`
}
