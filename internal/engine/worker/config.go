package worker

import (
	"log/slog"
	"os"
	"runtime"
	"time"
)

// Config holds the settings of a pool. A zero value takes the default.
type Config struct {
	Command []string // of a worker; this executable with "engine-worker"
	Dir     string   // where workers have their private directories; best on the disk of the tables
	Log     *slog.Logger

	Warm       int           // blank workers kept ready (worker-warm, 1; -1: none)
	MaxWorkers int           // at once (worker-max, two a core, at least 4)
	PerSet     int           // at once over the same tables (worker-per-session, half of MaxWorkers)
	MaxIdle    time.Duration // after which an unused worker ends (worker-idle, 10m)
	QueueTime  time.Duration // waiting for a worker (worker-queue-timeout, 30s)

	Threads      int   // of one worker (worker-threads, 2)
	MemoryBytes  int64 // of the engine in one worker; a third of AddressBytes
	AddressBytes int64 // of the whole worker (worker-memory, 3 GiB)
	TempBytes    int64 // spilled by one worker (worker-temp-bytes, 5 GiB)
	LoadBytes    int64 // of Parquet that a worker reads into memory (in-memory-tables-bytes, 1 MiB; -1: never): larger tables are faster from their files and take a tenth of the memory
	KeepBytes    int64 // a worker that a query left holding so much more is replaced (worker-keep-bytes, 512 MiB)

	MaxRows       int           // of a result (query-max-rows, 10000)
	MaxBytes      int64         // of a result (query-max-bytes, 32 MiB)
	Timeout       time.Duration // of a query (query-timeout, 30s)
	StreamTimeout time.Duration // of a streamed result (export-timeout, 10m)
	Grace         time.Duration // between asking a worker to stop and killing it (500ms)

	ImportWarm        int           // processes kept ready for imports (import-warm, 1; -1: none)
	ImportNice        int           // how far imports yield the processors to others (import-nice, 5; -1: not at all)
	MaxImports        int           // at once (max-imports, 2)
	ImportThreads     int           // (import-threads, 2)
	ImportMemoryBytes int64         // of the engine (import-memory, 512 MiB)
	ImportAddress     int64         // of the whole process; 4 GiB and four times the engine's memory
	ImportTempBytes   int64         // spilled (import-temp-bytes, 10 GiB)
	ImportFileBytes   int64         // of one file written (import-file-bytes, 20 GiB)
	ImportTimeout     time.Duration // (import-timeout, 30m)

	yieldAfter time.Duration // tests: sooner
	unjudged   bool          // tests: statements skip the guard
	unconfined bool          // tests: no Landlock
}

const (
	mib = 1 << 20
	gib = 1 << 30
)

func (c Config) withDefaults() (Config, error) {
	if len(c.Command) == 0 {
		self, err := os.Executable()
		if err != nil {
			return c, err
		}
		c.Command = []string{self, "engine-worker"}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	or(&c.Dir, os.TempDir())
	or(&c.Warm, 1)
	or(&c.MaxWorkers, max(4, 2*runtime.NumCPU()))
	or(&c.PerSet, max(1, c.MaxWorkers/2))
	or(&c.MaxIdle, 10*time.Minute)
	or(&c.QueueTime, 30*time.Second)
	or(&c.Threads, 2)
	or(&c.AddressBytes, 3*gib)
	or(&c.MemoryBytes, c.AddressBytes/3)
	or(&c.TempBytes, 5*gib)
	or(&c.LoadBytes, mib)
	or(&c.KeepBytes, 512*mib)
	or(&c.MaxRows, 10_000)
	or(&c.MaxBytes, 32*mib)
	or(&c.Timeout, 30*time.Second)
	or(&c.StreamTimeout, 10*time.Minute)
	or(&c.Grace, 500*time.Millisecond)
	or(&c.ImportWarm, 1)
	or(&c.ImportNice, 5)
	or(&c.MaxImports, 2)
	or(&c.ImportThreads, 2)
	or(&c.ImportMemoryBytes, 512*mib)
	or(&c.ImportAddress, 4*gib+4*c.ImportMemoryBytes)
	or(&c.ImportTempBytes, 10*gib)
	or(&c.ImportFileBytes, 20*gib)
	or(&c.ImportTimeout, 30*time.Minute)
	or(&c.yieldAfter, 250*time.Millisecond)
	return c, nil
}

func or[T comparable](v *T, fallback T) {
	var zero T
	if *v == zero {
		*v = fallback
	}
}

// nicest is the most that a process can yield.
const nicest = 19

// openFiles is what a worker may hold open: its tables, spill files, pipes.
const openFiles = 512

// querySetup is what a worker for queries is told at its start.
func (c *Config) querySetup(dir string) setup {
	return setup{
		Dir:     dir,
		Confine: !c.unconfined,
		Engine:  settings{MemoryBytes: c.MemoryBytes, TempBytes: c.TempBytes, Threads: c.Threads},
		Limits: limits{
			AddressSpace: uint64(c.AddressBytes),
			FileBytes:    uint64(c.TempBytes + gib), // the engine's own limit comes first: it ends the query, this the process
			OpenFiles:    openFiles,
		},
	}
}

// importSetup is the same for an import that somebody waits for. It yields when
// it takes its time: a small file is read before anybody else would notice.
func (c *Config) importSetup(dir string) setup { return c.jobSetup(dir, 0) }

// rehearsedSetup is the same for a process that is made before it is needed.
func (c *Config) rehearsedSetup(dir string) setup {
	s := c.importSetup(dir)
	s.Rehearse = true
	return s
}

// backgroundSetup is the same for one that nobody waits for.
func (c *Config) backgroundSetup(dir string) setup {
	if c.ImportNice < 0 {
		return c.jobSetup(dir, 0)
	}
	return c.jobSetup(dir, nicest)
}

func (c *Config) jobSetup(dir string, nice int) setup {
	return setup{
		Dir:     dir,
		Job:     true,
		Nice:    nice,
		Confine: !c.unconfined,
		Engine:  settings{MemoryBytes: c.ImportMemoryBytes, TempBytes: c.ImportTempBytes, Threads: c.ImportThreads},
		Limits: limits{
			AddressSpace: uint64(c.ImportAddress),
			FileBytes:    uint64(max(c.ImportFileBytes, c.ImportTempBytes)),
			OpenFiles:    openFiles,
		},
	}
}
