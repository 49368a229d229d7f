package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"tabletalk/internal/fault"
)

// drainTime is how long requests that are being served may go on when the
// program is asked to end.
const drainTime = 20 * time.Second

// Serve listens on the address of the configuration, calls ready with what it
// became, and answers HTTP until the context ends; then it lets the requests
// that are being served come to their end. Error: address_not_usable.
func (a *App) Serve(ctx context.Context, ready ...func(net.Addr)) error {
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", a.cfg.Listen)
	if err != nil {
		return fault.New(fault.Unavailable, "address_not_usable", "The server cannot listen on %s.", a.cfg.Listen).
			WithHint("Another program may use that port: choose one with --listen 127.0.0.1:PORT.").At("app.Serve").Because(err)
	}
	a.log.Info("ready", "address", "http://"+l.Addr().String())
	for _, f := range ready {
		f(l.Addr())
	}
	return a.serve(ctx, l)
}

func (a *App) serve(ctx context.Context, l net.Listener) error {
	srv := &http.Server{
		Handler:           a.door,
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       120 * time.Second,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
		BaseContext:       func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	return a.drain(srv)
}

// drain stops accepting and waits. What is still running after drainTime is
// cut off.
func (a *App) drain(srv *http.Server) error {
	a.log.Info("shutting down")
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	err := srv.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		a.log.Warn("some requests were cut off", "after", drainTime)
		err = srv.Close()
	}
	return err
}
