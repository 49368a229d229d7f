// Package account is who may come in: users of a workspace with their
// passwords, the logins they have open, keys for programs, and one-time links
// that invite, set a password or make the first administrator.
//
// A login gives two tokens: a short one that is signed and names the login
// (Keyring), and a long one that is exchanged for the next pair (Refresh). A
// long one that comes back after its exchange ends the whole login. What is
// stored of tokens, keys and links is a hash. Whether a login still stands is
// asked of the database every few seconds (Service.Identify), so that every
// node knows soon of what one of them ended.
//
// What comes in is text that strangers chose; what goes out are values and
// faults that tell a stranger nothing about who has an account, but for an
// open registration. Start reading at Service in service.go. It must never
// import HTTP, a database or a configuration.
package account
