// Package attack is the suite of attacks on the whole program: SQL, files and
// requests of people who mean harm, sent to a real server over HTTP.
//
// Every case says which answer it must get. After each one the server must be
// the same process, another session must get the same answer as before, and
// nothing that was hidden from the attacker (a file, the environment, another
// session's cell, the place of the data) may stand in what came back. The SQL
// runs twice: once as people reach it, and once with the gate before the
// engine taken away, when the walls around the worker must hold alone.
//
// The cases are tables: testdata/sql.txt, files_test.go, requests_test.go.
// Start reading at house_test.go, which is what is attacked.
package attack
