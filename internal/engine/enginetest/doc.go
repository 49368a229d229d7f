// Package enginetest is what every engine must do, as tests that each
// implementation runs over its own instance. Start reading at Run.
package enginetest
