//go:build !unix

package app

import "os"

// lockFile takes a file for this process: a file that is open cannot be
// removed here, so that removing it first tells whether it is taken.
func lockFile(path string) (unlock func() error, err error) {
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return nil, errLocked
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	return f.Close, nil
}
