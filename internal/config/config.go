package config

import (
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Config is every setting. The tags are the truth: name of the flag, help,
// default and group are read from them by the command line, the printed
// configuration and the documentation.
type Config struct {
	Listen string `group:"server" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to serve on. An address that other machines reach needs accounts."`
	Data   string `group:"server" default:"data" placeholder:"DIR" help:"Folder that holds everything: the database, tables and working files."`
	Auth   string `group:"server" default:"local" enum:"local,token,accounts" help:"Who may come in: local is one person on this machine, without a login; token is the same behind a link with a secret, for a machine that others use, too; accounts is everybody with a login."`

	AllowedHosts string `group:"server" placeholder:"NAME,NAME" help:"More names that the server answers to, besides localhost, its addresses and the host of --listen; for a tunnel or a proxy. Without it, no others."`

	ShutdownTimeout time.Duration `group:"server" default:"20s" help:"How long requests may go on when the server is asked to end; then they are cancelled."`
	PublicURL       string        `group:"server" name:"public-url" placeholder:"URL" help:"Address under which people reach the server, for the links that it gives; with https:, cookies travel encrypted only. Without it, links name no server."`
	TrustedProxies  string        `group:"server" placeholder:"ADDRESS,ADDRESS" help:"Addresses of proxies in front whose X-Forwarded-For is believed. Without it, no others."`
	Metrics         string        `group:"server" default:"local" enum:"local,open,off" help:"Who may read /metrics: local is this machine, without a proxy between, and whoever sends --metrics-token; open is everybody who reaches the server."`
	MetricsToken    Secret        `group:"server" placeholder:"TOKEN" help:"What a program on another machine sends as a bearer token to read /metrics: 32 characters or more. Without it, none may unless --metrics is open."`

	Registration           string        `group:"accounts" default:"open" enum:"open,invite,closed" help:"Who may make an account: everybody who reaches the server, those with an invitation, or nobody but for administrators."`
	Secret                 Secret        `group:"accounts" placeholder:"TEXT" help:"What tokens are signed with: 32 random characters or more; several, the newest first, are separated by commas. Without it, that of --secret-file."`
	SecretFile             string        `group:"accounts" placeholder:"FILE" help:"File with the secret, one a line, the newest first. Without it, a file in the data folder that the first start makes."`
	AccessTokenTTL         time.Duration `group:"accounts" name:"access-token-ttl" default:"30m" help:"How long an access token lives."`
	LoginIdleTTL           time.Duration `group:"accounts" name:"login-idle-ttl" default:"30d" help:"How long a login lives that nobody uses."`
	LoginTTL               time.Duration `group:"accounts" name:"login-ttl" default:"90d" help:"How long a login lives at most."`
	LinkTTL                time.Duration `group:"accounts" name:"link-ttl" default:"24h" help:"How long a link lives that sets a password or makes the first administrator; an invitation lives seven times as long."`
	LoginAttempts          int           `group:"accounts" default:"10" help:"Passwords that may be tried for an account from one place in a quarter of an hour; ten times as many from a place, five times as many for an account from places that are new to it."`
	PasswordsAtOnce        int           `group:"accounts" default:"4" help:"Passwords that are checked at once; each takes 19 MiB of memory."`
	UserRequestsPerMinute  int           `group:"accounts" default:"600" help:"Most requests of somebody who is logged in, in a minute. 0 is no limit."`
	PlaceRequestsPerMinute int           `group:"accounts" default:"600" help:"Most requests from one address in a minute where nobody is logged in. 0 is no limit."`
	MaxUserQueries         int           `group:"accounts" default:"2" help:"Questions of one person that compute at once; others wait. 0 is no limit."`
	MaxUserQueued          int           `group:"accounts" default:"20" help:"Questions of one person that wait; more are refused."`
	MaxWorkspaceQueries    int           `group:"accounts" default:"16" help:"Questions of one workspace that compute at once; others wait. 0 is no limit."`
	MaxWorkspaceQueued     int           `group:"accounts" default:"200" help:"Questions of one workspace that wait; more are refused."`
	AuditKeep              time.Duration `group:"accounts" default:"400d" help:"How long entries of the audit log are kept, a month at least. 0 is for ever."`
	OpenIDIssuer           string        `group:"accounts" name:"openid-issuer" placeholder:"URL" help:"OpenID Connect provider that people may log in with; its address is the one that it calls itself by. Without it, by password only."`
	OpenIDName             string        `group:"accounts" name:"openid-name" default:"single sign-on" help:"What the login page calls that provider."`
	OpenIDClientID         string        `group:"accounts" name:"openid-client-id" placeholder:"ID" help:"This program's name at the provider. Without it, no login there."`
	OpenIDClientSecret     Secret        `group:"accounts" name:"openid-client-secret" placeholder:"TEXT" help:"This program's secret at the provider. Without it, it has none."`
	SMTPURL                Secret        `group:"accounts" name:"smtp-url" placeholder:"URL" help:"Mail server for links: smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465. Without it, administrators hand links over."`
	MailFrom               string        `group:"accounts" placeholder:"ADDRESS" help:"Address that mail comes from. Without it, none is sent."`
	MaxUserKeys            int           `group:"accounts" default:"50" help:"Most API keys of a user."`

	DatabaseURL Secret `group:"services" name:"database-url" placeholder:"URL" help:"Database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME. Without it, a SQLite file in the data folder."`
	RedisURL    Secret `group:"services" name:"redis-url" placeholder:"URL" help:"Redis for cache and events: redis://HOST:PORT/DB, rediss:// or unix://PATH. Without it, both live in the process."`
	BlobURL     Secret `group:"services" name:"blob-url" placeholder:"URL" help:"Where tables are kept: file:DIR. Without it, a folder in the data folder."`

	MaxUploadBytes    Size          `group:"limits" default:"2GiB" help:"Largest file of an upload."`
	MaxUploadFiles    int           `group:"limits" default:"50" help:"Most files of one upload."`
	MaxSessionBytes   Size          `group:"limits" default:"0" help:"Most bytes of uploads and tables in one session. 0 is no limit."`
	MaxUserBytes      Size          `group:"limits" default:"0" help:"Most bytes of uploads and tables in all sessions of one person. 0 is no limit."`
	MaxWorkspaceBytes Size          `group:"limits" default:"0" help:"Most bytes of uploads and tables in all sessions of a workspace. 0 is no limit."`
	MaxUserSessions   int           `group:"limits" default:"0" help:"Most sessions of one person. 0 is no limit."`
	LargeUploadBytes  Size          `group:"limits" default:"1GiB" help:"From this size on an upload is accepted at once and read in the background. 0 reads every upload while its sender waits."`
	AppendBatchRows   int           `group:"limits" default:"50000" help:"Rows that are posted to a table are put there in batches: most rows of one."`
	AppendBatchBytes  Size          `group:"limits" default:"8MiB" help:"Most bytes of a batch of posted rows."`
	AppendBatchTime   time.Duration `group:"limits" default:"1s" help:"How long a batch of posted rows waits for more."`
	UploadIdle        time.Duration `group:"limits" default:"1m" help:"How long an upload may send nothing before it is given up."`
	MaxQuestionBytes  Size          `group:"limits" default:"64KiB" help:"Longest text of a question, or SQL of a person, that is taken in."`
	MaxQuestionChars  int           `group:"limits" default:"4000" help:"Most characters of a question that is read; a longer one is refused."`

	FiscalYearStart int    `group:"questions" default:"1" help:"Month in which the fiscal year begins, from 1 to 12."`
	WeekStart       string `group:"questions" default:"monday" enum:"monday,sunday" help:"Day on which a week begins: monday or sunday."`

	MaxDefinitions int `group:"limits" default:"1000" help:"Most definitions (words, metrics, filters) of a session, and of all sessions together."`

	QueryTimeout  time.Duration `group:"limits" default:"30s" help:"Longest time that one question may compute."`
	QueryMaxRows  int           `group:"limits" default:"10000" help:"Most rows of a result that is shown; exports are not cut."`
	QueryMaxBytes Size          `group:"limits" default:"32MiB" help:"Most bytes of a result that is shown; exports are not cut."`
	ExportTimeout time.Duration `group:"limits" default:"10m" help:"Longest time that the rows of an export may take to compute."`

	MaxColumns            int           `group:"files" default:"4096" help:"Most columns of a table."`
	MaxTables             int           `group:"files" default:"500" help:"Most tables of one file."`
	MaxLineBytes          Size          `group:"files" default:"16MiB" help:"Longest line of a text file."`
	MaxUnpackedBytes      Size          `group:"files" default:"5GiB" help:"Most bytes that a packed file may unpack to."`
	ArchiveRatio          int           `group:"files" default:"200" help:"How many times its size a packed file may unpack to; 64 MiB are always allowed."`
	MaxArchiveEntries     int           `group:"files" default:"5000" help:"Most parts of a ZIP archive or workbook."`
	MaxArchiveFiles       int           `group:"files" default:"100" help:"Most files of a ZIP archive that are read."`
	MaxSheets             int           `group:"files" default:"1000" help:"Most sheets of a workbook."`
	MaxSheetCells         int           `group:"files" default:"268435456" help:"Most cells of an OpenDocument sheet, repeated ones counted."`
	MaxSharedTexts        int           `group:"files" default:"16777216" help:"Most different texts of an Excel workbook: they are held in memory."`
	MaxSharedBytes        Size          `group:"files" default:"1GiB" help:"Most bytes of the different texts of an Excel workbook."`
	MaxODSBytes           Size          `group:"files" name:"max-ods-bytes" default:"1GiB" help:"Largest content of an OpenDocument sheet, unpacked: it is held in memory."`
	MaxJSONDepth          int           `group:"files" name:"max-json-depth" default:"64" help:"How deep values of a JSON file may be nested."`
	MaxJSONObjectBytes    Size          `group:"files" name:"max-json-object-bytes" default:"64MiB" help:"Largest JSON file that is one object: it is held in memory."`
	MaxParquetFooterBytes Size          `group:"files" default:"64MiB" help:"Longest description of a Parquet file."`
	ImportTimeout         time.Duration `group:"files" default:"10m" help:"Longest time that reading one file may take."`
	ProfileTimeout        time.Duration `group:"files" default:"10m" help:"Longest time that the profile of one table may take, in the background."`

	ModelProvider         string `group:"model" default:"none" enum:"none,anthropic,openai" help:"Language model that reads questions, too: anthropic speaks the Messages format, openai chat completions, as llama.cpp, Ollama, vLLM and LM Studio do."`
	ModelURL              string `group:"model" name:"model-url" placeholder:"URL" help:"Server of the model, of openai with /v1. Without it, the one of the format's vendor."`
	Model                 string `group:"model" placeholder:"NAME" help:"Name of the model, as its server knows it. Without it, none can be asked."`
	ModelKey              Secret `group:"model" placeholder:"KEY" help:"Key of the model's server; better in the environment or a file than on the command line. Without it, none is sent."`
	ModelKeyFile          string `group:"model" placeholder:"FILE" help:"File that holds the key of the model's server. Without it, model-key counts."`
	ModelFallback         string `group:"model" placeholder:"NAME" help:"Model that is asked where the first one gives no answer. Without it, the question is read without a model then."`
	ModelFallbackProvider string `group:"model" default:"same" enum:"same,anthropic,openai" help:"Format that its server speaks; same takes the server, the format and the key of the first one."`
	ModelFallbackURL      string `group:"model" name:"model-fallback-url" placeholder:"URL" help:"Its server, where it is another one. Without it, the one of the format's vendor."`
	ModelFallbackKey      Secret `group:"model" placeholder:"KEY" help:"Key of its server, where it is another one. Without it, none is sent."`
	ModelFallbackKeyFile  string `group:"model" placeholder:"FILE" help:"File that holds that key. Without it, model-fallback-key counts."`

	ModelEgress       string        `group:"model" default:"off" enum:"off,schema,values,results" help:"What of the data may be sent to the model at most: nothing (it is not asked), names and types, also frequent values, also rows of results. Workspaces, sessions and columns may allow less."`
	ModelWhen         string        `group:"model" default:"always" enum:"always,unsure" help:"Which questions the model reads, too: all, or those that are not surely understood without it."`
	ModelSQL          bool          `group:"model" name:"model-sql" default:"false" negatable:"" help:"Let the model write SQL where no plan can say a question. It passes the same gate as all SQL."`
	ModelList         string        `group:"model" placeholder:"FILE" help:"JSON file with models, what they can do and cost. Without it, the list that ships with the program; with it, that one comes second."`
	ModelTimeout      time.Duration `group:"model" default:"60s" help:"Longest time that the model may take for one question."`
	ModelIdle         time.Duration `group:"model" default:"45s" help:"How long the model's server may say nothing before it is given up."`
	ModelMaxCalls     int           `group:"model" default:"8" help:"Most calls of the model for one question."`
	ModelMaxTools     int           `group:"model" default:"12" help:"Most tools that the model may use for one question."`
	ModelMaxTokens    int           `group:"model" default:"200000" help:"Most tokens for one question, read and written."`
	ModelMaxCost      float64       `group:"model" default:"0.10" help:"Most dollars for one question."`
	ModelDayCost      float64       `group:"model" default:"5" help:"Most dollars of a workspace in a day. 0 is no limit."`
	ModelMonthCost    float64       `group:"model" default:"100" help:"Most dollars of a workspace in a month. 0 is no limit."`
	ModelUserDayCost  float64       `group:"model" default:"2" help:"Most dollars of one person in a day. 0 is no limit."`
	ModelUserDayCalls int           `group:"model" default:"1000" help:"Most calls of the model for one person in a day. 0 is no limit."`

	KeepUploads bool   `group:"keeping" default:"true" negatable:"" help:"Keep what was uploaded as it came, so that it can be read again with other decisions."`
	VaultKeys   Secret `group:"keeping" placeholder:"JSON" help:"Keys that secrets are kept encrypted with, as --vault-file holds them. Without it, that file."`
	VaultFile   string `group:"keeping" placeholder:"FILE" help:"File with the keys that secrets of workspaces are kept encrypted with; servers with one database need the same. Without it, a file in the data folder that the first start makes."`

	SessionTTL     time.Duration `group:"keeping" name:"session-ttl" default:"30d" help:"How long a session lives after it was made or extended."`
	SessionWarning time.Duration `group:"keeping" default:"24h" help:"How long before its end a session's watchers are warned. 0 is never."`
	CacheTTL       time.Duration `group:"keeping" name:"cache-ttl" default:"1h" help:"How long an answer is served from the cache. 0 turns the cache off."`
	CacheBytes     Size          `group:"keeping" default:"64MiB" help:"Memory of the cache in the process."`

	WorkerWarm         int           `group:"workers" default:"1" help:"Worker processes kept ready for a session that is opened."`
	WorkerMax          int           `group:"workers" default:"8" help:"Most worker processes at once."`
	WorkerPerSession   int           `group:"workers" default:"0" help:"Most worker processes at once over the same tables. 0 is half of worker-max."`
	WorkerIdle         time.Duration `group:"workers" default:"10m" help:"After this time without a question a session's worker ends."`
	WorkerQueueTimeout time.Duration `group:"workers" default:"30s" help:"How long a question waits for a worker."`
	WorkerThreads      int           `group:"workers" default:"2" help:"Threads that the engine of one worker computes with."`
	WorkerMemory       Size          `group:"workers" default:"3GiB" help:"Address space that a worker process may take; a question that needs more fails alone."`
	WorkerKeepBytes    Size          `group:"workers" default:"512MiB" help:"A worker that a question left holding this much more memory is replaced."`
	WorkerTempBytes    Size          `group:"workers" default:"5GiB" help:"Temporary disk space that a question may use."`
	InMemoryTableBytes Size          `group:"workers" name:"in-memory-tables-bytes" default:"1MiB" help:"Tables of a session up to this size together are held in its worker's memory."`
	OpenSessions       int           `group:"workers" default:"64" help:"Most sessions whose tables and values are known in the server's memory."`

	ImportWarm      int  `group:"imports" default:"1" help:"Worker processes kept ready for the next upload."`
	MaxImports      int  `group:"imports" default:"2" help:"Most files that are read at once."`
	MaxProfiles     int  `group:"imports" default:"1" help:"Most profiles that are computed at once, in the background."`
	ProfileJobRows  int  `group:"imports" default:"200000" help:"Tables of at least so many rows are profiled by a job, which is listed with the others and can be cancelled."`
	ImportThreads   int  `group:"imports" default:"2" help:"Threads that read one file."`
	ImportNice      int  `group:"imports" default:"5" help:"How far the reading of files yields the processors to questions, from 0 to 19."`
	ImportMemory    Size `group:"imports" default:"512MiB" help:"Memory that the engine may use while it reads an upload."`
	ImportTempBytes Size `group:"imports" default:"10GiB" help:"Temporary disk space that the reading of a file may use."`
	ImportFileBytes Size `group:"imports" default:"20GiB" help:"Largest file that the reading of a file may leave."`

	LogLevel  string `group:"log" default:"info" enum:"debug,info,warn,error" help:"Least important messages to log: debug, info, warn or error."`
	LogFormat string `group:"log" default:"text" enum:"text,json" help:"Form of the log: text or json."`
}

// Absolute gives the settings with the data folder and the folder of tables
// as paths from the root: a worker has a working directory of its own.
func (c Config) Absolute() (Config, error) {
	var err error
	if c.Data, err = filepath.Abs(c.Data); err != nil {
		return c, err
	}
	if dir := fileURL(c.BlobURL.Reveal()); dir != "" && !filepath.IsAbs(dir) {
		if dir, err = filepath.Abs(dir); err != nil {
			return c, err
		}
		c.BlobURL = Secret("file:" + dir)
	}
	return c, nil
}

// Database gives the address of the database, as store.Open takes it.
func (c *Config) Database() string {
	if c.DatabaseURL != "" {
		return c.DatabaseURL.Reveal()
	}
	return "sqlite:" + filepath.Join(c.Data, "tabletalk.db")
}

// BlobDir gives the folder in which tables are kept.
func (c *Config) BlobDir() string {
	if dir := fileURL(c.BlobURL.Reveal()); dir != "" {
		return dir
	}
	return filepath.Join(c.Data, "blobs")
}

// Hosts gives the names of AllowedHosts.
func (c *Config) Hosts() []string {
	return strings.FieldsFunc(strings.ToLower(c.AllowedHosts), func(r rune) bool { return r == ',' || r == ' ' })
}

// Address is where people reach the server, without a slash at the end: for
// links that are handed to them.
func (c *Config) Address() string {
	if c.PublicURL != "" {
		return strings.TrimSuffix(c.PublicURL, "/")
	}
	return "http://" + c.Listen
}

// Proxies gives the addresses of TrustedProxies.
func (c *Config) Proxies() []string {
	return strings.FieldsFunc(c.TrustedProxies, func(r rune) bool { return r == ',' || r == ' ' })
}

// SecretPath gives the file with the secrets of the installation.
func (c *Config) SecretPath() string {
	if c.SecretFile != "" {
		return c.SecretFile
	}
	return filepath.Join(c.Data, "secret")
}

// VaultPath gives the file with the keys that secrets are encrypted with.
func (c *Config) VaultPath() string {
	if c.VaultFile != "" {
		return c.VaultFile
	}
	return filepath.Join(c.Data, "vault.json")
}

// WorkDir gives the folder for staged uploads and working files of workers.
func (c *Config) WorkDir() string { return filepath.Join(c.Data, "work") }

// maxKey bounds a file that holds a key.
const maxKey = 64 << 10

// ModelPlace is a model at a server.
type ModelPlace struct {
	Setting  string // what the settings of it begin with: model, model-fallback
	Provider string
	URL      string
	Name     string
	key      Secret
	keyFile  string
}

// ModelPlaces gives the model that is asked, and the one that steps in; none
// where none is set.
func (c *Config) ModelPlaces() (list []ModelPlace) {
	if c.ModelProvider == "none" || c.ModelProvider == "" {
		return nil
	}
	first := ModelPlace{Setting: "model", Provider: c.ModelProvider, URL: c.ModelURL, Name: c.Model, key: c.ModelKey, keyFile: c.ModelKeyFile}
	if c.ModelFallback == "" {
		return []ModelPlace{first}
	}
	second := ModelPlace{Setting: "model-fallback", Provider: c.ModelFallbackProvider, URL: c.ModelFallbackURL, Name: c.ModelFallback, key: c.ModelFallbackKey, keyFile: c.ModelFallbackKeyFile}
	if second.Provider == "same" || second.Provider == "" {
		second = first
		second.Name = c.ModelFallback
	}
	return []ModelPlace{first, second}
}

// Key gives the key of the server, from the setting or its file; empty where
// there is none.
func (p *ModelPlace) Key() (string, error) {
	if p.keyFile == "" {
		return p.key.Reveal(), nil
	}
	raw, err := os.ReadFile(p.keyFile)
	key := strings.TrimSpace(string(raw))
	if err != nil || key == "" || len(raw) > maxKey || strings.ContainsAny(key, " \t\r\n") {
		return "", wrong(p.Setting+"-key-file", "The file of --%s-key-file cannot be read, or holds no key.", p.Setting).WithHint("Write the key into it, alone.").Because(err).At("config.Key")
	}
	return key, nil
}
