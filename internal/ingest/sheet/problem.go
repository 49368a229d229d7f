package sheet

import "fmt"

// Problem is why a file is not read: a stable code, and a reason that goes on
// from the file's name ("is protected by a password").
type Problem struct {
	Code   string
	Reason string
	Hint   string
	Err    error // for the log
}

// The codes of problems.
const (
	CodeEncrypted   = "file_encrypted"
	CodeLocked      = "password_needed"
	CodeDamaged     = "file_damaged"
	CodeUnsupported = "format_unsupported"
	CodeBomb        = "archive_bomb"
	CodeUnsafe      = "xml_unsafe"
	CodeTooLarge    = "sheet_too_large"
)

// Error gives the reason and its cause.
func (p *Problem) Error() string {
	if p.Err == nil {
		return p.Reason
	}
	return p.Reason + ": " + p.Err.Error()
}

// Unwrap gives the cause.
func (p *Problem) Unwrap() error { return p.Err }

// Damaged is a file that does not keep its own format.
func Damaged(err error, format string, args ...any) *Problem {
	return &Problem{Code: CodeDamaged, Reason: fmt.Sprintf(format, args...), Err: err,
		Hint: "Open it in a spreadsheet program, save it anew and upload that."}
}

// Encrypted is a file that only a password opens.
func Encrypted() *Problem {
	return &Problem{Code: CodeEncrypted, Reason: "is protected by a password",
		Hint: "Save it without a password and upload that."}
}

// Locked is a workbook of which the password may be given.
func Locked() *Problem {
	p := Encrypted()
	p.Code, p.Hint = CodeLocked, "Give its password, or save it without one and upload that."
	return p
}

// Unsupported is a file that is something else than a table.
func Unsupported(what string) *Problem {
	return &Problem{Code: CodeUnsupported, Reason: "is " + what + ", not a table that can be read",
		Hint: "Save it as XLSX or CSV and upload that."}
}
