// Package config holds all settings of the program in one typed struct, read
// from flags, then the environment, then a file, then defaults.
//
// A command of the command line embeds Config and hands Reader's Options to
// kong; Load does the same for a Config alone. Validate says in sentences what
// cannot be; Print shows every setting with where it came from, secrets
// masked. The table in doc/operations.md is made from the struct.
//
// Start reading at Config.
package config
