package fault_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"tabletalk/internal/fault"
)

func TestOf(t *testing.T) {
	full := fault.New(fault.TooLarge, "upload_too_large", "The file has %d bytes.", 7).At("dataset.Stage").WithHint("Raise %s.", "max-upload-bytes")
	cases := []struct {
		name string
		err  error
		kind fault.Kind
		code string
	}{
		{"a fault", full, fault.TooLarge, "upload_too_large"},
		{"a wrapped fault", fmt.Errorf("while reading: %w", full), fault.TooLarge, "upload_too_large"},
		{"a deadline", fmt.Errorf("query: %w", context.DeadlineExceeded), fault.Timeout, "timeout"},
		{"a caller that went away", context.Canceled, fault.Unavailable, "cancelled"},
		{"anything else", errors.New("pq: password leaked"), fault.Internal, "internal"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := fault.Of(c.err)
			if got.Kind != c.kind || got.Code != c.code {
				t.Errorf("got %s %s, want %s %s", got.Kind, got.Code, c.kind, c.code)
			}
			if !fault.IsKind(c.err, c.kind) {
				t.Error("IsKind disagrees")
			}
		})
	}
	if fault.Of(nil) != nil {
		t.Error("no error is no fault")
	}
}

func TestAnUnknownErrorKeepsItsTextToTheLog(t *testing.T) {
	cause := errors.New("pq: password leaked")
	got := fault.Of(cause)
	if got.Message == cause.Error() || got.Hint == "" || !errors.Is(got, cause) {
		t.Errorf("person reads %q, hint %q, cause kept %v", got.Message, got.Hint, errors.Is(got, cause))
	}
}

func TestCopiesLeaveTheOriginal(t *testing.T) {
	base := fault.New(fault.Invalid, "file_empty", "The file is empty.")
	_ = base.At("ingest.Open").WithHint("Choose another.").Because(errors.New("eof"))
	if base.Op != "" || base.Hint != "" || base.Err != nil {
		t.Errorf("the original was changed: %+v", base)
	}
	full := base.At("ingest.Open").Because(errors.New("eof"))
	if full.Error() != "ingest.Open: The file is empty.: eof" {
		t.Errorf("log text: %s", full.Error())
	}
	if !fault.Is(full, "file_empty") || fault.Is(full, "file_binary") {
		t.Error("Is goes by the code")
	}
}
