package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"tabletalk/internal/fault"
)

// maxFile bounds the settings file.
const maxFile = 1 << 20

// ConfigFlag is the name of the flag that names the settings file.
const ConfigFlag = "config"

// Reader finds the settings that no flag gave: in the environment, then in
// the file that --config or TABLETALK_CONFIG names, a JSON object from the
// names of flags to values. It remembers where each value came from.
//
// Use one Reader for one parse.
type Reader struct {
	env    func(name string) (string, bool)
	opened bool
	path   string
	file   map[string]json.RawMessage
	origin map[string]string
}

// NewReader makes a Reader over an environment, usually os.LookupEnv.
func NewReader(env func(string) (string, bool)) *Reader {
	return &Reader{env: env, origin: map[string]string{}}
}

// Options tell kong to read settings as this package does. The program's
// command line needs a flag named "config" of type string.
func (r *Reader) Options() []kong.Option {
	return []kong.Option{
		kong.Resolvers(r),
		kong.TypeMapper(reflect.TypeFor[time.Duration](), kong.MapperFunc(decodeDuration)),
	}
}

// Origin says where the value of a setting came from.
func (r *Reader) Origin(name string) string {
	if o, ok := r.origin[name]; ok {
		return o
	}
	return "default"
}

// Validate refuses a file that names a setting which does not exist: a typing
// error must not be a setting silently left alone. It is called by kong.
func (r *Reader) Validate(app *kong.Application) error {
	known := map[string]bool{}
	_ = kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if f, ok := node.(*kong.Flag); ok {
			known[f.Name] = true
		}
		return next(nil)
	})
	for _, name := range slices.Sorted(maps.Keys(r.file)) {
		if !known[name] || name == ConfigFlag {
			return fmt.Errorf("the settings file %s names %q, which is no setting", r.path, name)
		}
	}
	return nil
}

// Resolve gives the value of a flag that was not given. It is called by kong,
// for flags that were given too, with what the command line holds.
func (r *Reader) Resolve(ctx *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if err := r.open(ctx); err != nil {
		return nil, err
	}
	for _, p := range ctx.Path {
		if p.Flag != nil && !p.Resolved {
			r.origin[p.Flag.Name] = "flag --" + p.Flag.Name
		}
	}
	if value, ok := r.env(envName(flag.Name)); ok {
		r.origin[flag.Name] = "environment " + envName(flag.Name)
		return value, nil
	}
	raw, ok := r.file[flag.Name]
	if !ok || flag.Name == ConfigFlag {
		return nil, nil
	}
	r.origin[flag.Name] = "file " + r.path
	return scalar(raw)
}

// open reads the settings file, once.
func (r *Reader) open(ctx *kong.Context) error {
	if r.opened {
		return nil
	}
	r.opened = true
	r.path, _ = r.env(envName(ConfigFlag))
	for _, p := range ctx.Path {
		if p.Flag != nil && p.Flag.Name == ConfigFlag {
			r.path, _ = ctx.FlagValue(p.Flag).(string)
		}
	}
	if r.path == "" {
		return nil
	}
	return r.load()
}

func (r *Reader) load() error {
	f, err := os.Open(r.path)
	if err != nil {
		return fmt.Errorf("the settings file cannot be read: %w", err)
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return fmt.Errorf("the settings file cannot be read: %w", err)
	}
	if len(raw) > maxFile {
		return fmt.Errorf("the settings file %s is larger than 1 MiB", r.path)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if err := d.Decode(&r.file); err != nil {
		return fmt.Errorf("the settings file %s is no JSON object: %w", r.path, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("the settings file %s holds more than one JSON object", r.path)
	}
	return nil
}

// scalar turns a JSON string, number or boolean into the text of a flag.
func scalar(raw json.RawMessage) (any, error) {
	var v any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	case bool:
		return fmt.Sprint(v), nil
	}
	return nil, errors.New("a setting in the file must be a text, a number, or true or false")
}

func decodeDuration(ctx *kong.DecodeContext, target reflect.Value) error {
	var text string
	if err := ctx.Scan.PopValueInto("duration", &text); err != nil {
		return err
	}
	d, err := parseDuration(strings.TrimSpace(text))
	if err != nil {
		return err
	}
	target.SetInt(int64(d))
	return nil
}

// Load reads a Config alone from arguments like "--listen", the environment,
// a file and the defaults, and validates it. What is wrong is told as a fault
// of kind invalid.
func Load(args []string, env func(string) (string, bool)) (*Config, *Reader, error) {
	var cli struct {
		Config   string `name:"config" help:"Settings file."`
		Settings Config `embed:""`
	}
	r := NewReader(env)
	options := append(r.Options(), kong.Name("tabletalk"), kong.NoDefaultHelp(), kong.Exit(func(int) {}))
	parser, err := kong.New(&cli, options...)
	if err != nil {
		return nil, nil, err
	}
	if _, err := parser.Parse(args); err != nil {
		var f *fault.Error
		if errors.As(err, &f) {
			return nil, nil, f
		}
		return nil, nil, fault.New(fault.Invalid, "setting", "A setting cannot be used: %s.", err).At("config.Load")
	}
	return &cli.Settings, r, nil
}
