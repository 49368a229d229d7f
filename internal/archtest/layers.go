package archtest

// A layer imports only layers below it. Inside a layer only the pairs of
// neighbours are allowed.
var layers = []struct {
	what     string
	packages []string // a package stands for the packages below it, too
}{
	{"words everyone speaks", []string{"fault", "table"}},
	{"pure thought", []string{"catalog", "plan", "question", "sqlgen", "sqlguard", "explain", "chart", "stats"}},
	{"the outside world behind small doors", []string{"engine", "ingest", "export", "llm", "redislink", "cache", "blob", "event", "limit", "mail", "openid", "samples"}},
	{"the nouns of the product", []string{"account", "audit", "session", "dataset", "definition", "conversation", "job", "vault", "model"}},
	{"the doors of the house", []string{"store", "api", "mcp", "eval"}},
	{"assembly", []string{"config", "app", "cli"}},
}

// support are packages that only tests import; they may import anything.
var support = []string{"testservers", "attack", "question/evalset", "llm/llmtest", "golden"}

// neighbours are the imports allowed inside a layer, with the reason. The
// right side is a package, or one package below it.
var neighbours = map[string]string{
	"plan -> catalog":          "a plan is valid for a catalog",
	"catalog -> question/text": "values are found by the same tokens as the words of a question",
	"question -> catalog":      "words are tied to columns and values",
	"question -> plan":         "understanding ends in a plan",
	"sqlgen -> catalog":        "the type of a column decides how it is compiled",
	"sqlgen -> plan":           "a plan is what is compiled",
	"explain -> catalog":       "columns are named as people name them",
	"explain -> plan":          "a plan is what is restated",
	"explain -> stats":         "an interval says how sure a correlation is",
	"explain -> question":      "assumptions are worded with the reading they belong to",
	"chart -> catalog":         "the role of a column decides its axis",
	"chart -> plan":            "the kind of a plan decides the mark",
	"ingest -> engine":         "reading a file is a job of an engine's process",
	"cache -> redislink":       "an outage of Redis is told once",
	"event -> redislink":       "an outage of Redis is told once",
	"limit -> redislink":       "an outage of Redis is told once",
	"account -> session":       "an account is of a workspace, and lists are paged the same way",
	"dataset -> session":       "a file belongs to a session",
	"job -> session":           "a job is done for a session",
	"audit -> session":         "lists are paged the same way",
	"definition -> session":    "what people teach belongs to a session, or to all",
	"definition -> dataset":    "what people teach is about the tables of a session",
	"conversation -> session":  "a conversation belongs to a session",
	"conversation -> dataset":  "a question is about the tables of a session",
	"app -> config":            "the settings say what is built",
	"cli -> config":            "flags are settings",
	"cli -> app":               "a command runs an assembled program",
}

// pure are the packages that take values and give values.
var pure = []string{"catalog", "plan", "question", "sqlgen", "sqlguard", "explain", "chart", "stats"}

// impure are what a pure package may not import, with the reason.
var impure = map[string]string{
	"net":          "a question is understood without a network",
	"os":           "a question is understood without files and environment",
	"database/sql": "a question is understood without a database",
	"log":          "what is thought is returned, not logged",
}

// homes say where a library may be imported; everybody else goes through the
// package that is its home.
var homes = []struct {
	library string
	homes   []string
	why     string
}{
	{"github.com/duckdb/", []string{"engine/duckdb", "engine/worker"}, "strangers' bytes and SQL are computed in a process that can be killed"},
	{"github.com/redis/", []string{"redislink", "cache", "event", "limit"}, "everything works without Redis"},
	{"github.com/jackc/pgx/", []string{"store"}, "only the store knows which database it is"},
	{"modernc.org/sqlite", []string{"store"}, "only the store knows which database it is"},
	{"github.com/pressly/goose/", []string{"store"}, "only the store knows its schema"},
	{"github.com/danielgtaylor/huma/", []string{"api"}, "HTTP ends at the API"},
	{"github.com/anthropics/", []string{"llm/anthropic"}, "what leaves the machine leaves it in one place"},
	{"github.com/sashabaranov/", []string{"llm/openai"}, "what leaves the machine leaves it in one place"},
	{"github.com/coreos/go-oidc/", []string{"openid"}, "another's login is checked in one place"},
	{"github.com/golang-jwt/", []string{"account"}, "a token is made and checked in one place"},
	{"github.com/tink-crypto/", []string{"vault"}, "what is encrypted is so in one place"},
	{"github.com/alexedwards/argon2id", []string{"account"}, "a password is hashed in one place"},
	{"github.com/xuri/excelize/", []string{"export", "ingest"}, "rows are the same whatever file they come from"},
	{"github.com/alecthomas/kong", []string{"cli", "config"}, "a flag is a setting"},
	{"charm.land/", []string{"cli"}, "only a terminal needs a terminal's styles"},
}

// driverless are the packages that are built without cgo, on any system: no
// package that they import, however far away, brings the driver along.
var driverless = []string{"ingest", "account", "vault", "session", "dataset", "definition", "conversation", "store", "api", "eval"}

// driven are the packages below them that belong to the worker process.
var driven = []string{"ingest/jobs"}

// driver is the library that needs cgo, and what may end the process.
const driver = "github.com/duckdb/"
