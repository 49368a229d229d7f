// Package store keeps everything the product knows in a database: sessions,
// files, tables, conversations and questions. SQLite by default, PostgreSQL by
// one setting, both through the same plain SQL; package storetest is the suite
// that each of them passes.
//
// It implements the Store interfaces that the nouns (account, session, dataset,
// conversation) state, and gives their faults: missing, foreign, deleted and
// expired things are not_found, a second of something unique is a conflict, a
// full disk is storage_full. No text of a database reaches a person.
//
// On SQLite one connection writes, in immediate transactions, and a pool of
// others reads. A write has returned when it is on disk. Migrations are
// embedded and run on Open, one process at a time.
//
// Start reading at Open; then files.go, the fullest example of a noun.
package store
