package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"tabletalk/internal/engine/worker"
	"tabletalk/internal/fault"
)

// farewell is how long cancelled requests may take to say so.
const farewell = 2 * time.Second

// settled is when a server has started and what only that needed is let go.
const settled = 3 * time.Second

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
	requests, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	srv := &http.Server{
		Handler:           a.handler,
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       120 * time.Second,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
		BaseContext:       func(net.Listener) context.Context { return requests },
	}
	srv.RegisterOnShutdown(a.door.EndWatching)
	defer time.AfterFunc(settled, worker.LetGo).Stop()
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	return a.drain(srv, cancel)
}

// drain stops accepting and waits. What is still running after the time that
// it has is cancelled and tells so, and what does not end then is cut off.
func (a *App) drain(srv *http.Server, cancel context.CancelFunc) error {
	a.log.Info("shutting down")
	err := shutdown(srv, a.cfg.ShutdownTimeout)
	if errors.Is(err, context.DeadlineExceeded) {
		a.log.Warn("requests that still run are cancelled", "after", a.cfg.ShutdownTimeout)
		cancel()
		err = shutdown(srv, farewell)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		a.log.Warn("some requests were cut off")
		err = srv.Close()
	}
	return err
}

func shutdown(srv *http.Server, wait time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	defer cancel()
	return srv.Shutdown(ctx)
}
