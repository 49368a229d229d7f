package config

import (
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tabletalk/internal/fault"
)

// Validate says which setting cannot be used, why, and what to do. It is
// called by kong when a command that holds a Config was parsed.
func (c *Config) Validate() error {
	for _, check := range []func(*Config) *fault.Error{
		checkListen, checkHosts, checkAuth, checkData, checkServices, checkLimits, checkFiles, checkKeeping, checkWorkers, checkImports, checkModel,
	} {
		if err := check(c); err != nil {
			return err.At("config.Validate")
		}
	}
	return nil
}

func wrong(setting, format string, args ...any) *fault.Error {
	return fault.New(fault.Invalid, "setting_"+strings.ReplaceAll(setting, "-", "_"), format, args...)
}

func checkListen(c *Config) *fault.Error {
	host, port, err := net.SplitHostPort(c.Listen)
	if n, perr := strconv.Atoi(port); err != nil || perr != nil || n < 0 || n > 65535 {
		return wrong("listen", "--listen is %q, which is no address.", c.Listen).
			WithHint("Write a host and a port, for example 127.0.0.1:8080.")
	}
	if c.Auth == "local" && !loopback(host) {
		return wrong("listen", "--listen %s would let other machines in, and --auth local asks nobody for a login.", c.Listen).
			WithHint("Serve on 127.0.0.1, or have people log in: --auth accounts.")
	}
	return nil
}

// checkHosts wants names alone: a pattern would let every name in, and a port
// is never looked at.
func checkHosts(c *Config) *fault.Error {
	for _, name := range c.Hosts() {
		if ip, err := netip.ParseAddr(name); err == nil && ip.IsValid() {
			continue
		}
		if strings.ContainsFunc(name, func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-') }) {
			return wrong("allowed-hosts", "--allowed-hosts holds %q, which is no name of a host.", name).
				WithHint("Write names without port and pattern, separated by commas: data.example.org,data.internal.")
		}
	}
	return nil
}

// loopback reports whether only this machine reaches the host. No host means
// every address.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

func checkAuth(c *Config) *fault.Error {
	switch c.Auth {
	case "local", "token", "accounts":
	default:
		return wrong("auth", "--auth is %q, which is unknown.", c.Auth).WithHint("Use --auth local, token or accounts.")
	}
	if u, err := url.Parse(c.PublicURL); err != nil || c.PublicURL != "" && (u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "") {
		return wrong("public-url", "--public-url is %q, which is no address of a server.", c.PublicURL).WithHint("Write it like https://data.example.org.")
	}
	if t := c.MetricsToken.Reveal(); t != "" && len(t) < 32 {
		return wrong("metrics-token", "--metrics-token is shorter than 32 characters: it could be guessed.").WithHint("Make one, for example with: openssl rand -base64 32")
	}
	for _, p := range c.Proxies() {
		if _, err := netip.ParseAddr(p); err != nil {
			return wrong("trusted-proxies", "--trusted-proxies holds %q, which is no address.", p).WithHint("Write addresses, separated by commas: 10.0.0.1,10.0.0.2.")
		}
	}
	if err := checkOutside(c); err != nil {
		return err
	}
	if c.AuditKeep > 0 && c.AuditKeep < 30*day {
		return wrong("audit-keep", "--audit-keep is less than a month.").WithHint("Write 30d or more, or 0 for ever: an audit log that is soon gone proves nothing.")
	}
	return checkSpans([]span{
		{"access-token-ttl", int64(c.AccessTokenTTL), int64(time.Minute), int64(day), lengths},
		{"login-idle-ttl", int64(c.LoginIdleTTL), int64(time.Minute), int64(365 * day), lengths},
		{"login-ttl", int64(c.LoginTTL), int64(time.Minute), int64(3650 * day), lengths},
		{"link-ttl", int64(c.LinkTTL), int64(time.Minute), int64(30 * day), lengths},
		{"login-attempts", int64(c.LoginAttempts), 1, 10_000, numbers},
		{"passwords-at-once", int64(c.PasswordsAtOnce), 1, 1024, numbers},
		{"user-requests-per-minute", int64(c.UserRequestsPerMinute), 0, 10_000_000, numbers},
		{"place-requests-per-minute", int64(c.PlaceRequestsPerMinute), 0, 10_000_000, numbers},
		{"max-user-queries", int64(c.MaxUserQueries), 0, 10_000, numbers},
		{"max-user-queued", int64(c.MaxUserQueued), 0, 1_000_000, numbers},
		{"max-workspace-queries", int64(c.MaxWorkspaceQueries), 0, 10_000, numbers},
		{"max-workspace-queued", int64(c.MaxWorkspaceQueued), 0, 1_000_000, numbers},
		{"max-user-keys", int64(c.MaxUserKeys), 1, 10_000, numbers},
	})
}

// checkOutside wants all that a login elsewhere and mail need, or nothing.
func checkOutside(c *Config) *fault.Error {
	if u, err := url.Parse(c.OpenIDIssuer); c.OpenIDIssuer != "" && (err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname()))) {
		return wrong("openid-issuer", "--openid-issuer is %q, which is no address with https.", c.OpenIDIssuer).WithHint("Write it like https://login.example.org.")
	}
	if c.OpenIDIssuer != "" && (c.OpenIDClientID == "" || c.PublicURL == "") {
		return wrong("openid-issuer", "--openid-issuer needs --openid-client-id and --public-url.").WithHint("The provider sends people back to the public address.")
	}
	if c.SMTPURL == "" {
		return nil
	}
	if !schemeIn(c.SMTPURL.Reveal(), []string{"smtp", "smtps"}) {
		return wrong("smtp-url", "--smtp-url is of no kind that can be used.").WithHint("Write smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465.")
	}
	if _, err := mail.ParseAddress(c.MailFrom); err != nil || c.PublicURL == "" {
		return wrong("smtp-url", "--smtp-url needs --mail-from and --public-url.").WithHint("A letter comes from an address, and its link leads to one.")
	}
	return nil
}

func checkData(c *Config) *fault.Error {
	if strings.TrimSpace(c.Data) == "" || strings.ContainsRune(c.Data, 0) {
		return wrong("data", "--data names no folder.").WithHint("Give the folder that holds the data, for example --data data.")
	}
	return nil
}

func checkServices(c *Config) *fault.Error {
	for _, s := range []struct {
		name, url, hint string
		schemes         []string
	}{
		{"database-url", c.DatabaseURL.Reveal(), "Write sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME.", []string{"sqlite", "postgres", "postgresql"}},
		{"redis-url", c.RedisURL.Reveal(), "Write redis://HOST:PORT/DB, rediss://HOST:PORT/DB or unix://PATH.", []string{"redis", "rediss", "unix"}},
		{"blob-url", c.BlobURL.Reveal(), "Write file:DIR; object stores are not available yet.", []string{"file"}},
	} {
		if s.url != "" && !schemeIn(s.url, s.schemes) {
			return wrong(s.name, "--%s is of no kind that can be used.", s.name).WithHint("%s", s.hint)
		}
	}
	if c.BlobURL != "" && fileURL(c.BlobURL.Reveal()) == "" {
		return wrong("blob-url", "--blob-url names no folder.").WithHint("Write file:DIR.")
	}
	return nil
}

func schemeIn(address string, schemes []string) bool {
	scheme, rest, ok := strings.Cut(address, ":")
	for _, s := range schemes {
		if ok && rest != "" && scheme == s {
			return true
		}
	}
	return false
}

// fileURL gives the folder of a file: address, relative or absolute.
func fileURL(address string) string {
	rest, ok := strings.CutPrefix(address, "file:")
	if !ok {
		return ""
	}
	if u, err := url.Parse(address); err == nil && strings.HasPrefix(rest, "//") {
		return u.Path
	}
	return rest
}

// span is a limit with the values that make sense for it.
type span struct {
	name            string
	value, min, max int64
	text            func(int64) string
}

func checkSpans(list []span) *fault.Error {
	for _, s := range list {
		if s.value < s.min || s.value > s.max {
			return wrong(s.name, "--%s is %s; it must be from %s to %s.", s.name, s.text(s.value), s.text(s.min), s.text(s.max))
		}
	}
	return nil
}

func sizes(n int64) string   { return Size(n).String() }
func lengths(n int64) string { return durationText(time.Duration(n)) }
func numbers(n int64) string { return strconv.FormatInt(n, 10) }

const (
	kib = 1 << 10
	mib = 1 << 20
	gib = 1 << 30
	tib = 1 << 40
)

func checkLimits(c *Config) *fault.Error {
	return checkSpans([]span{
		{"max-upload-bytes", int64(c.MaxUploadBytes), kib, tib, sizes},
		{"max-session-bytes", int64(c.MaxSessionBytes), 0, 1024 * tib, sizes},
		{"max-user-bytes", int64(c.MaxUserBytes), 0, 1024 * tib, sizes},
		{"max-workspace-bytes", int64(c.MaxWorkspaceBytes), 0, 1024 * tib, sizes},
		{"max-user-sessions", int64(c.MaxUserSessions), 0, 1_000_000, numbers},
		{"large-upload-bytes", int64(c.LargeUploadBytes), 0, tib, sizes},
		{"max-upload-files", int64(c.MaxUploadFiles), 1, 10_000, numbers},
		{"append-batch-rows", int64(c.AppendBatchRows), 1, 10_000_000, numbers},
		{"append-batch-bytes", int64(c.AppendBatchBytes), kib, gib, sizes},
		{"append-batch-time", int64(c.AppendBatchTime), int64(10 * time.Millisecond), int64(time.Hour), lengths},
		{"upload-idle", int64(c.UploadIdle), int64(time.Second), int64(day), lengths},
		{"max-definitions", int64(c.MaxDefinitions), 1, 100_000, numbers},
		{"fiscal-year-start", int64(c.FiscalYearStart), 1, 12, numbers},
		{"max-question-bytes", int64(c.MaxQuestionBytes), kib, mib, sizes},
		{"max-question-chars", int64(c.MaxQuestionChars), 100, mib, numbers},
		{"shutdown-timeout", int64(c.ShutdownTimeout), 0, int64(day), lengths},
		{"query-timeout", int64(c.QueryTimeout), int64(100 * time.Millisecond), int64(day), lengths},
		{"query-max-rows", int64(c.QueryMaxRows), 1, 1_000_000, numbers},
		{"query-max-bytes", int64(c.QueryMaxBytes), kib, 512 * mib, sizes},
		{"export-timeout", int64(c.ExportTimeout), int64(time.Second), int64(day), lengths},
	})
}

func checkFiles(c *Config) *fault.Error {
	return checkSpans([]span{
		{"max-columns", int64(c.MaxColumns), 1, 100_000, numbers},
		{"max-tables", int64(c.MaxTables), 1, 100_000, numbers},
		{"max-line-bytes", int64(c.MaxLineBytes), kib, gib, sizes},
		{"max-unpacked-bytes", int64(c.MaxUnpackedBytes), kib, tib, sizes},
		{"archive-ratio", int64(c.ArchiveRatio), 1, 1_000_000, numbers},
		{"max-archive-entries", int64(c.MaxArchiveEntries), 1, 1_000_000, numbers},
		{"max-archive-files", int64(c.MaxArchiveFiles), 1, 100_000, numbers},
		{"max-sheets", int64(c.MaxSheets), 1, 100_000, numbers},
		{"max-sheet-cells", int64(c.MaxSheetCells), 1, 1 << 34, numbers},
		{"max-shared-texts", int64(c.MaxSharedTexts), 1, 1 << 30, numbers},
		{"max-shared-bytes", int64(c.MaxSharedBytes), kib, tib, sizes},
		{"max-ods-bytes", int64(c.MaxODSBytes), kib, tib, sizes},
		{"max-json-depth", int64(c.MaxJSONDepth), 1, 1000, numbers},
		{"max-json-object-bytes", int64(c.MaxJSONObjectBytes), kib, gib, sizes},
		{"max-parquet-footer-bytes", int64(c.MaxParquetFooterBytes), kib, gib, sizes},
		{"import-timeout", int64(c.ImportTimeout), int64(time.Second), int64(day), lengths},
		{"profile-timeout", int64(c.ProfileTimeout), int64(time.Second), int64(day), lengths},
	})
}

func checkKeeping(c *Config) *fault.Error {
	return checkSpans([]span{
		{"session-ttl", int64(c.SessionTTL), int64(time.Minute), int64(36500 * day), lengths},
		{"session-warning", int64(c.SessionWarning), 0, int64(36500 * day), lengths},
		{"cache-ttl", int64(c.CacheTTL), 0, int64(365 * day), lengths},
		{"cache-bytes", int64(c.CacheBytes), 0, tib, sizes},
	})
}

func checkWorkers(c *Config) *fault.Error {
	err := checkSpans([]span{
		{"worker-warm", int64(c.WorkerWarm), 0, 64, numbers},
		{"worker-max", int64(c.WorkerMax), 1, 1024, numbers},
		{"worker-per-session", int64(c.WorkerPerSession), 0, 1024, numbers},
		{"worker-idle", int64(c.WorkerIdle), int64(time.Second), int64(30 * day), lengths},
		{"worker-queue-timeout", int64(c.WorkerQueueTimeout), int64(100 * time.Millisecond), int64(day), lengths},
		{"worker-threads", int64(c.WorkerThreads), 1, 256, numbers},
		{"worker-memory", int64(c.WorkerMemory), gib, tib, sizes},
		{"worker-keep-bytes", int64(c.WorkerKeepBytes), mib, tib, sizes},
		{"worker-temp-bytes", int64(c.WorkerTempBytes), mib, tib, sizes},
		{"in-memory-tables-bytes", int64(c.InMemoryTableBytes), 0, 64 * gib, sizes},
		{"open-sessions", int64(c.OpenSessions), 1, 100_000, numbers},
	})
	if err == nil && c.WorkerWarm > c.WorkerMax {
		return wrong("worker-warm", "--worker-warm is %d, more than --worker-max allows (%d).", c.WorkerWarm, c.WorkerMax)
	}
	return err
}

func checkImports(c *Config) *fault.Error {
	return checkSpans([]span{
		{"import-warm", int64(c.ImportWarm), 0, 64, numbers},
		{"max-imports", int64(c.MaxImports), 1, 1024, numbers},
		{"max-profiles", int64(c.MaxProfiles), 1, 1024, numbers},
		{"profile-job-rows", int64(c.ProfileJobRows), 1, 1 << 40, numbers},
		{"import-threads", int64(c.ImportThreads), 1, 256, numbers},
		{"import-nice", int64(c.ImportNice), 0, 19, numbers},
		{"import-memory", int64(c.ImportMemory), 64 * mib, tib, sizes},
		{"import-temp-bytes", int64(c.ImportTempBytes), mib, tib, sizes},
		{"import-file-bytes", int64(c.ImportFileBytes), mib, tib, sizes},
	})
}
