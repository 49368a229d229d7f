package llm

import (
	"context"
	"time"
)

// Sent is one request as it left the machine: the body, byte for byte. The
// headers, which hold the key, are never part of it.
type Sent struct {
	At   time.Time
	To   string // scheme, host and path
	Body []byte
}

type recorder struct{}

// Record lets hear be told of everything that is sent within a context. It is
// called before the bytes leave, from the goroutine that sends.
func Record(ctx context.Context, hear func(Sent)) context.Context {
	return context.WithValue(ctx, recorder{}, hear)
}

// Recorded tells the listener of a context, if there is one. It is called
// where bytes leave the machine, by package wire.
func Recorded(ctx context.Context, s Sent) {
	if hear, ok := ctx.Value(recorder{}).(func(Sent)); ok {
		hear(s)
	}
}
