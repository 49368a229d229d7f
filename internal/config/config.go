package config

import (
	"path/filepath"
	"time"
)

// Config is every setting. The tags are the truth: name of the flag, help,
// default and group are read from them by the command line, the printed
// configuration and the documentation.
type Config struct {
	Listen string `group:"server" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to serve on. An address that other machines reach needs accounts."`
	Data   string `group:"server" default:"data" placeholder:"DIR" help:"Folder that holds everything: the database, tables and working files."`
	Auth   string `group:"server" default:"local" enum:"local,token,accounts" help:"Who may come in: local is one person on this machine, without a login. token and accounts are not available yet."`

	DatabaseURL Secret `group:"services" name:"database-url" placeholder:"URL" help:"Database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME. Without it, a SQLite file in the data folder."`
	RedisURL    Secret `group:"services" name:"redis-url" placeholder:"URL" help:"Redis for cache and events: redis://HOST:PORT/DB, rediss:// or unix://PATH. Without it, both live in the process."`
	BlobURL     Secret `group:"services" name:"blob-url" placeholder:"URL" help:"Where tables are kept: file:DIR. Without it, a folder in the data folder."`

	MaxUploadBytes Size `group:"limits" default:"2GiB" help:"Largest file of an upload."`
	MaxLineBytes   Size `group:"limits" default:"16MiB" help:"Longest line of a text file."`
	MaxColumns     int  `group:"limits" default:"4096" help:"Most columns of a table."`

	QueryTimeout  time.Duration `group:"limits" default:"30s" help:"Longest time that one question may compute."`
	QueryMaxRows  int           `group:"limits" default:"10000" help:"Most rows of a result that is shown; exports are not cut."`
	QueryMaxBytes Size          `group:"limits" default:"32MiB" help:"Most bytes of a result that is shown; exports are not cut."`

	SessionTTL time.Duration `group:"keeping" name:"session-ttl" default:"30d" help:"How long a session lives after it was made or extended."`
	CacheTTL   time.Duration `group:"keeping" name:"cache-ttl" default:"1h" help:"How long an answer is served from the cache. 0 turns the cache off."`
	CacheBytes Size          `group:"keeping" default:"64MiB" help:"Memory of the cache in the process."`

	WorkerWarm         int           `group:"workers" default:"1" help:"Worker processes kept ready for a session that is opened."`
	WorkerMax          int           `group:"workers" default:"8" help:"Most worker processes at once."`
	WorkerIdle         time.Duration `group:"workers" default:"10m" help:"After this time without a question a session's worker ends."`
	WorkerMemory       Size          `group:"workers" default:"3GiB" help:"Address space that a worker process may take; a question that needs more fails alone."`
	ImportMemory       Size          `group:"workers" default:"512MiB" help:"Memory that the engine may use while it reads an upload."`
	InMemoryTableBytes Size          `group:"workers" name:"in-memory-tables-bytes" default:"64MiB" help:"Tables of a session up to this size together are held in its worker's memory."`

	LogLevel  string `group:"log" default:"info" enum:"debug,info,warn,error" help:"Least important messages to log: debug, info, warn or error."`
	LogFormat string `group:"log" default:"text" enum:"text,json" help:"Form of the log: text or json."`
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

// WorkDir gives the folder for staged uploads and working files of workers.
func (c *Config) WorkDir() string { return filepath.Join(c.Data, "work") }
