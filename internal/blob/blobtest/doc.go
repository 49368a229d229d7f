// Package blobtest is the suite that every blob.Store passes.
package blobtest
