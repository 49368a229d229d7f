//go:build !unix

package worker

import "os"

func lock(*os.File) bool { return true }

func manyNames(os.FileInfo) bool { return false }
