//go:build !linux

package testservers

import "syscall"

// attributes has nothing to give here: servers are ended by the test alone.
func attributes(*account) *syscall.SysProcAttr { return nil }
