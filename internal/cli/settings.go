package cli

import (
	"io"
	"log/slog"

	"tabletalk/internal/config"
)

type configCommand struct {
	Settings config.Config `embed:""`
}

func (c *configCommand) Run(s *streams) error { return c.Settings.Print(s.out, s.settings) }

// logger makes the log of a command. A command that answers at the terminal
// is silent unless a level was asked for.
func (s *streams) logger(c *config.Config, quiet bool) *slog.Logger {
	if quiet && s.settings.Origin("log-level") == "default" {
		return slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		level = slog.LevelInfo
	}
	options := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		s.log = slog.New(slog.NewJSONHandler(s.err, options))
		return s.log
	}
	s.log = slog.New(slog.NewTextHandler(s.err, options))
	return s.log
}
