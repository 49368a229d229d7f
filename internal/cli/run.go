package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"tabletalk/internal/config"
	"tabletalk/internal/fault"
)

// The exit statuses.
const (
	exitAnswered = 0
	exitError    = 1
	exitClarify  = 2 // or, of an evaluation, that not all is right
	exitRefused  = 3
)

// streams are what a command talks through, and what it was called with.
type streams struct {
	in       io.Reader
	out, err io.Writer
	env      map[string]string
	settings *config.Reader
	log      *slog.Logger // of the command that runs; nil before there is one
}

// commands is the command line, as kong reads it from the tags.
type commands struct {
	ConfigFile string `name:"config" placeholder:"FILE" help:"Settings file: a JSON object from names of settings to values."`

	Serve   serveCommand   `cmd:"" help:"Serve the page and the API."`
	Ask     askCommand     `cmd:"" help:"Ask files a question, without a server; without a question, a conversation."`
	Inspect inspectCommand `cmd:"" help:"Show what is understood of a file: receipt, columns and types."`
	Append  appendCommand  `cmd:"" help:"Put rows behind those of a table of a server while they come."`
	Eval    evalCommand    `cmd:"" help:"Ask sets of questions whose answers are known, and count how they end."`
	User    userCommand    `cmd:"" help:"See and change who may log in, beside a running server or without one."`
	Keys    keysCommand    `cmd:"" help:"Put a new secret in the place of the one that signs tokens."`
	Doctor  doctorCommand  `cmd:"" help:"Try every part that a server needs, and say what is missing."`
	Config  configCommand  `cmd:"" help:"Show every setting and where it came from."`
	Version versionCommand `cmd:"" help:"Show the version."`
	Worker  workerCommand  `cmd:"" name:"engine-worker" hidden:"" help:"Compute for a server; it starts these itself."`
}

// status is an exit status on its way out of a command.
type status int

func (s status) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// Run runs the command that the arguments name and gives the exit status. An
// interrupt cancels what a command does and lets it clean up.
func Run(ctx context.Context, args, env []string, stdin io.Reader, stdout, stderr io.Writer) int {
	s := &streams{in: stdin, out: stdout, err: stderr, env: environment(env)}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM)
	defer stop()
	// A reader of the output that goes away ("| head") is an error of a write,
	// not the end on the spot: there is something to clean up.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	err := run(ctx, s, helpWord(args))
	var code status
	switch {
	case err == nil:
		return exitAnswered
	case errors.As(err, &code):
		return int(code)
	}
	s.complain(err)
	return exitError
}

func run(ctx context.Context, s *streams, args []string) (err error) {
	// kong ends the program after --help; here that is a status like others.
	defer func() {
		if code, ok := recover().(status); ok {
			err = code
		}
	}()
	s.settings = config.NewReader(func(name string) (string, bool) { v, ok := s.env[name]; return v, ok })
	options := append(s.settings.Options(),
		kong.Name("tabletalk"),
		kong.Description("Ask tables questions in your own words."),
		kong.Writers(s.out, s.err),
		kong.Exit(func(code int) { panic(status(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true, NoExpandSubcommands: true}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(s),
		kong.PostBuild(hideSettings),
	)
	parser, err := kong.New(&commands{}, options...)
	if err != nil {
		return fmt.Errorf("build the command line: %w", err)
	}
	command, err := parser.Parse(flagsFirst(parser.Model, args))
	if err != nil {
		return usage(err)
	}
	return command.Run()
}

// flagsFirst puts the flags of a command before its other arguments: kong
// ends a list of arguments at the first flag among them.
func flagsFirst(model *kong.Application, args []string) []string {
	var flags, others []string
	i := slices.IndexFunc(model.Children, func(c *kong.Node) bool { return len(args) > 0 && c.Name == args[0] })
	if i < 0 {
		return args
	}
	takesValue := valueFlags(append(model.Children[i].Flags, model.Flags...))
	for i := 1; i < len(args); i++ {
		switch a := args[i]; {
		case a == "--":
			others = append(others, args[i+1:]...)
			i = len(args)
		case len(a) < 2 || a[0] != '-':
			others = append(others, a)
		case takesValue[a] && i+1 < len(args):
			i++
			flags = append(flags, a, args[i])
		default:
			flags = append(flags, a)
		}
	}
	if len(others) > 0 {
		others = append([]string{"--"}, others...)
	}
	return slices.Concat(args[:1], flags, others)
}

// valueFlags tells which flags are followed by a value.
func valueFlags(list []*kong.Flag) map[string]bool {
	takes := map[string]bool{}
	for _, f := range list {
		takes["--"+f.Name] = !f.IsBool()
		takes["-"+string(f.Short)] = !f.IsBool()
	}
	return takes
}

// hideSettings keeps the settings of the server out of the help of commands
// that only pass them on.
func hideSettings(k *kong.Kong) error {
	isSetting := map[string]bool{}
	for _, setting := range config.Settings() {
		isSetting[setting.Name] = true
	}
	for _, c := range k.Model.Children {
		if c.Name == "serve" {
			continue
		}
		for _, f := range c.Flags {
			f.Hidden = f.Hidden || isSetting[f.Name]
		}
	}
	return nil
}

// helpWord turns "help" and "help ask" into "--help" and "ask --help"; no
// arguments ask for help, too.
func helpWord(args []string) []string {
	switch {
	case len(args) == 0:
		return []string{"--help"}
	case args[0] == "help":
		return append(append([]string{}, args[1:]...), "--help")
	}
	return args
}

func environment(list []string) map[string]string {
	env := map[string]string{}
	for _, e := range list {
		if name, value, ok := strings.Cut(e, "="); ok {
			env[name] = value
		}
	}
	return env
}

// usage makes a fault of what kong says of wrong arguments. What a setting's
// own check says stays as it is.
func usage(err error) error {
	var f *fault.Error
	switch {
	case errors.Is(err, syscall.EPIPE):
		return err // nobody reads the help on
	case errors.As(err, &f):
		return f
	}
	text := err.Error()
	return fault.New(fault.Invalid, "usage", "%s%s.", strings.ToUpper(text[:1]), text[1:]).
		WithHint("Run tabletalk help to see the commands.").At("cli.Run")
}

// complain writes one sentence and what to do about it.
func (s *streams) complain(err error) {
	switch {
	case errors.Is(err, syscall.EPIPE):
		return // nobody reads on
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(s.err, "Interrupted.")
		return
	}
	f := fault.Of(err)
	fmt.Fprintln(s.err, "Error: "+f.Message)
	switch {
	case f.Kind == fault.Internal:
		if s.log != nil {
			s.log.Debug("what went wrong", "error", err)
		}
		fmt.Fprintln(s.err, "Hint: Run it again with --log-level debug to see what happened.")
	case f.Hint != "":
		fmt.Fprintln(s.err, "Hint: "+f.Hint)
	}
}
