package config_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"tabletalk/internal/config"
	"tabletalk/internal/fault"
	"tabletalk/internal/golden"
)

// env makes an environment of pairs.
func env(pairs ...string) func(string) (string, bool) {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(name string) (string, bool) {
		v, ok := m[name]
		return v, ok
	}
}

func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "settings.json")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDefaults(t *testing.T) {
	c, r, err := config.Load(nil, env())
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := c.Print(&got, r); err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "testdata/defaults.txt", got.String())
	if c.SessionTTL != 30*24*time.Hour || c.MaxUploadBytes != 2<<30 {
		t.Fatalf("session-ttl %v, max-upload-bytes %d", c.SessionTTL, c.MaxUploadBytes)
	}
	if got := c.Database(); got != "sqlite:"+filepath.Join("data", "tabletalk.db") {
		t.Fatalf("database %q", got)
	}
}

func TestOrderOfSources(t *testing.T) {
	path := file(t, `{"listen": "127.0.0.1:1", "data": "from-file", "max-columns": 7, "cache-ttl": "2h"}`)
	c, r, err := config.Load([]string{"--config", path, "--listen", "127.0.0.1:3"},
		env("TABLETALK_LISTEN", "127.0.0.1:2", "TABLETALK_DATA", "from-env"))
	if err != nil {
		t.Fatal(err)
	}
	got := []string{c.Listen, c.Data, fmt.Sprint(c.MaxColumns), c.CacheTTL.String(), c.LogLevel}
	if d := cmp.Diff([]string{"127.0.0.1:3", "from-env", "7", "2h0m0s", "info"}, got); d != "" {
		t.Fatal(d)
	}
	var origins []string
	for _, name := range []string{"listen", "data", "max-columns", "log-level"} {
		origins = append(origins, r.Origin(name))
	}
	want := []string{"flag --listen", "environment TABLETALK_DATA", "file " + path, "default"}
	if d := cmp.Diff(want, origins); d != "" {
		t.Fatal(d)
	}
}

func TestFileByEnvironment(t *testing.T) {
	c, _, err := config.Load(nil, env("TABLETALK_CONFIG", file(t, `{"worker-max": 3}`)))
	if err != nil {
		t.Fatal(err)
	}
	if c.WorkerMax != 3 {
		t.Fatalf("worker-max %d", c.WorkerMax)
	}
}

func TestRefused(t *testing.T) {
	for _, test := range []struct {
		name  string
		args  []string
		env   []string
		code  string
		words string
	}{
		{name: "all addresses", args: []string{"--listen", "0.0.0.0:8080"}, code: "setting_listen", words: "let other machines in"},
		{name: "no host", args: []string{"--listen", ":8080"}, code: "setting_listen", words: "let other machines in"},
		{name: "a name of this machine", args: []string{"--listen", "myhost:8080"}, code: "setting_listen", words: "let other machines in"},
		{name: "all addresses, IPv6", args: []string{"--listen", "[::]:8080"}, code: "setting_listen", words: "let other machines in"},
		{name: "mapped public address", args: []string{"--listen", "[::ffff:192.0.2.1]:8080"}, code: "setting_listen"},
		{name: "no port", args: []string{"--listen", "127.0.0.1"}, code: "setting_listen", words: "no address"},
		{name: "port too large", args: []string{"--listen", "127.0.0.1:70000"}, code: "setting_listen"},
		{name: "a pattern of hosts", args: []string{"--allowed-hosts", "data.example.org,*"}, code: "setting_allowed_hosts", words: `"*"`},
		{name: "a host with its port", args: []string{"--allowed-hosts", "data.example.org:8080"}, code: "setting_allowed_hosts"},
		{name: "a public address", args: []string{"--public-url", "data.example.org"}, code: "setting_public_url"},
		{name: "a public address that does something", args: []string{"--public-url", "https://data.example.org/?a=b"}, code: "setting_public_url"},
		{name: "proxies by name", args: []string{"--trusted-proxies", "10.0.0.1,proxy"}, code: "setting_trusted_proxies", words: `"proxy"`},
		{name: "tokens for ever", args: []string{"--access-token-ttl", "30d"}, code: "setting_access_token_ttl"},
		{name: "no registration of that kind", args: []string{"--registration", "friends"}, code: "setting", words: "registration"},
		{name: "unknown auth", args: []string{"--auth", "none"}, code: "setting", words: "auth"},
		{name: "database", args: []string{"--database-url", "mysql://root:hunter2@db/x"}, code: "setting_database_url", words: "no kind"},
		{name: "redis", args: []string{"--redis-url", "http://:hunter2@cache"}, code: "setting_redis_url"},
		{name: "blobs", args: []string{"--blob-url", "s3://key:hunter2@bucket"}, code: "setting_blob_url"},
		{name: "no data folder", args: []string{"--data", " "}, code: "setting_data"},
		{name: "size", args: []string{"--max-upload-bytes", "large"}, code: "setting", words: "is no size"},
		{name: "negative size", args: []string{"--cache-bytes=-5"}, code: "setting"},
		{name: "size out of range", args: []string{"--max-upload-bytes", "1"}, code: "setting_max_upload_bytes", words: "from 1KiB to 1TiB"},
		{name: "time", args: []string{"--session-ttl", "a month"}, code: "setting", words: "no length of time"},
		{name: "negative time", args: []string{"--session-ttl=-1h"}, code: "setting_session_ttl", words: "from 1m to"},
		{name: "number", env: []string{"TABLETALK_WORKER_MAX", "many"}, code: "setting", words: "worker-max"},
		{name: "warm above max", args: []string{"--worker-warm", "3", "--worker-max", "2"}, code: "setting_worker_warm"},
		{name: "unknown flag", args: []string{"--nonsense"}, code: "setting", words: "nonsense"},
		{name: "no such file", args: []string{"--config", "missing.json"}, code: "setting", words: "cannot be read"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := config.Load(test.args, env(test.env...))
			refused(t, err, test.code, test.words)
			if strings.Contains(err.Error()+fault.Of(err).Hint, "hunter2") {
				t.Fatalf("a secret is in the error: %v", err)
			}
		})
	}
}

func TestRefusedFiles(t *testing.T) {
	for content, words := range map[string]string{
		`{"lisen": "127.0.0.1:1"}`:      `"lisen", which is no setting`,
		`{"config": "other.json"}`:      `"config", which is no setting`,
		`["listen"]`:                    "no JSON object",
		`{"listen": "127.0.0.1:1"`:      "no JSON object",
		`{} {}`:                         "more than one",
		`{"max-columns": [1]}`:          "must be a text, a number",
		`{"max-columns": null}`:         "must be a text, a number",
		`{"max-columns": "1.5"}`:        "max-columns",
		strings.Repeat(" ", 1<<20) + "": "larger than 1 MiB",
	} {
		if strings.HasPrefix(content, " ") {
			content += " {}"
		}
		_, _, err := config.Load([]string{"--config", file(t, content)}, env())
		refused(t, err, "setting", words)
	}
}

func refused(t *testing.T, err error, code, words string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid || f.Code != code {
		t.Fatalf("error %v (%s), want %s", err, fault.Of(err).Code, code)
	}
	if !strings.Contains(f.Message, words) {
		t.Fatalf("message %q does not say %q", f.Message, words)
	}
}

func TestHosts(t *testing.T) {
	c, _, err := config.Load([]string{"--allowed-hosts", "Data.example.org, [::1],10.0.0.1"}, env())
	if err == nil {
		t.Fatalf("brackets are no part of a name: %v", c.Hosts())
	}
	if c, _, err = config.Load([]string{"--allowed-hosts", "Data.example.org, ::1,10.0.0.1"}, env()); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"data.example.org", "::1", "10.0.0.1"}, c.Hosts()); d != "" {
		t.Fatal(d)
	}
}

func TestAbsolute(t *testing.T) {
	c, _, err := config.Load([]string{"--data", "some/data", "--blob-url", "file:tables"}, env())
	if err != nil {
		t.Fatal(err)
	}
	a, err := c.Absolute()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{a.Data, a.BlobDir(), a.WorkDir()} {
		if !filepath.IsAbs(path) {
			t.Errorf("%s is not absolute", path)
		}
	}
	if c.Data != "some/data" {
		t.Errorf("the settings as given became %s", c.Data)
	}
}

func TestLoopback(t *testing.T) {
	for _, listen := range []string{"127.0.0.1:0", "127.9.9.9:80", "[::1]:8080", "localhost:8080", "[::ffff:127.0.0.1]:80"} {
		if _, _, err := config.Load([]string{"--listen", listen}, env()); err != nil {
			t.Errorf("%s: %v", listen, err)
		}
	}
}

// TestEmbedded reads a Config inside a command, as the command line does.
func TestEmbedded(t *testing.T) {
	var cli struct {
		Config string `name:"config"`
		Serve  struct {
			config.Config
			Open bool `help:"Another flag of the command."`
		} `cmd:""`
	}
	r := config.NewReader(env("TABLETALK_QUERY_TIMEOUT", "5s"))
	parser, err := kong.New(&cli, r.Options()...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse([]string{"serve", "--open", "--session-ttl", "2d"}); err != nil {
		t.Fatal(err)
	}
	if cli.Serve.QueryTimeout != 5*time.Second || cli.Serve.SessionTTL != 48*time.Hour {
		t.Fatalf("query-timeout %v, session-ttl %v", cli.Serve.QueryTimeout, cli.Serve.SessionTTL)
	}
	_, err = parser.Parse([]string{"serve", "--listen", ":80"})
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != "setting_listen" {
		t.Fatalf("error %v", err)
	}
}

func TestEverySettingIsDescribed(t *testing.T) {
	for _, s := range config.Settings() {
		if len(s.Help) < 15 || !strings.HasSuffix(s.Help, ".") {
			t.Errorf("%s: the help is no sentence: %q", s.Name, s.Help)
		}
		if s.Default == "" && !strings.Contains(s.Help, "Without it") {
			t.Errorf("%s: it has no default, and the help does not say what happens without it", s.Name)
		}
		if s.Group == "" {
			t.Errorf("%s: it has no group", s.Name)
		}
	}
}

func TestSecretsAreMasked(t *testing.T) {
	for secret, want := range map[config.Secret]string{
		"": "",
		"postgres://u:hunter2@db.example/tabletalk":          "postgres://******@db.example/tabletalk",
		"postgres://u@db.example/tabletalk?password=hunter2": "postgres://******@db.example/tabletalk?******",
		"postgres:///tabletalk?host=/run&password=hunter2":   "******",
		"redis://:hunter2@cache:6379/1":                      "redis://******@cache:6379/1",
		"postgres://u:12/hunter2@db/x":                       "******",
		"postgres://u:12#hunter2@db/x":                       "******",
		"postgres://u:12?hunter2@db/x":                       "******",
		"postgres://u:a@hunter2@db/x":                        "******",
		"host=db password=hunter2":                           "******",
		"sk-hunter2":                                         "******",
		"https://hunter2.example/":                           "******",
		"postgres://u:%zzhunter2@db/x":                       "******",
		"redis://cache:6379/0#hunter2":                       "redis://cache:6379/0?******",
	} {
		if got := secret.String(); got != want {
			t.Errorf("%q shows as %q, want %q", secret.Reveal(), got, want)
		}
	}
}

// FuzzSecret: wherever a password stands in an address, it is not shown.
func FuzzSecret(f *testing.F) {
	for _, seed := range []string{"hunter2", "a@b", "12/x", "12#x", "12?x", "%zz", ":", "[", "a:b@c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, password string) {
		marked := password + "hunter2"
		for _, s := range []string{"postgres://u:" + marked + "@db/x", "redis://:" + marked + "@cache:6379/0",
			"postgres://db/x?password=" + marked, "host=db password=" + marked} {
			if shown := config.Secret(s).String(); strings.Contains(shown, "hunter2") {
				t.Fatalf("%q shows as %q", s, shown)
			}
		}
	})
}

func TestSecretsNeverLeak(t *testing.T) {
	c, r, err := config.Load([]string{"--database-url", "postgres://u:hunter2@db/x", "--redis-url", "redis://:hunter2@cache"}, env())
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).Info("started", "config", c, "value", *c, "url", c.DatabaseURL)
	}
	fmt.Fprintf(&out, "%v %+v %#v %s %q %x %d", *c, c, *c, c.DatabaseURL, c.DatabaseURL, c.DatabaseURL, c.DatabaseURL)
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(raw)
	if err := c.Print(&out, r); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "hunter2") || strings.Contains(out.String(), "68756e74657232") {
		t.Fatalf("a secret leaked:\n%s", out.String())
	}
	if got := c.Database(); got != "postgres://u:hunter2@db/x" {
		t.Fatalf("the store would get %q", got)
	}
}

// TestDocumentation keeps the tables of doc/operations.md in step.
func TestDocumentation(t *testing.T) {
	const path, begin, end = "../../doc/operations.md", "<!-- settings -->\n", "<!-- /settings -->"
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(raw), begin)
	old, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no section between %q and %q", path, begin, end)
	}
	want := config.Markdown() + "\n"
	if golden.Updating() {
		golden.Write(t, path, before+begin+want+end+after)
		return
	}
	if d := cmp.Diff(want, old); d != "" {
		t.Fatalf("the settings in %s are out of date; run the test with -update (-want +got):\n%s", path, d)
	}
}
