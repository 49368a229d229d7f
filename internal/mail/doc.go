// Package mail sends short letters in plain text through the SMTP server that
// the settings name, encrypted unless that server is on this machine.
package mail
