package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/xuri/excelize/v2"

	"tabletalk/internal/fault"
)

// readLocked reads a workbook of Excel that a password protects.
func (j *job) readLocked(ctx context.Context) error {
	raw, err := os.ReadFile(j.path)
	if err != nil {
		return err
	}
	open, err := decrypted(raw, j.spec.Password)
	if err != nil || !bytes.HasPrefix(open, []byte("PK")) {
		return fault.New(fault.Invalid, "password_wrong", "The password does not open %s.", shown(j.spec.Name)).
			WithHint("Check it, or save the file without a password and upload that.").At("ingest.Work").Because(err)
	}
	to := j.temp("decrypted")
	if err := os.WriteFile(to, open, 0o600); err != nil {
		return err
	}
	defer os.Remove(to)
	j.path, j.size = to, int64(len(open))
	j.note("decrypted", "The file was opened with the password; what is kept of it is not protected.")
	return readZip(ctx, j)
}

// errBroken is protected content that does not keep its own format.
var errBroken = errors.New("broken encryption")

// decrypted opens the package. What a damaged one does to the library is an
// error, too.
func decrypted(raw []byte, password string) (out []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			out, err = nil, fmt.Errorf("%w: %v", errBroken, r)
		}
	}()
	return excelize.Decrypt(raw, &excelize.Options{Password: password})
}
