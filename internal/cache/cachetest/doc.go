// Package cachetest is the suite that every cache.Cache passes.
package cachetest
