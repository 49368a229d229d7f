// Package eventtest is the suite that every event.Bus passes.
package eventtest
