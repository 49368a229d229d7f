// Package client speaks to a tabletalk server over HTTP.
//
// A Client is made with New and is safe for use by many goroutines. Every
// method takes a context first and gives what the server sent, or an *Error
// with the problem's stable code, its sentence and its hint. Files are sent as
// they are read and exports are given as they arrive; nothing large is held in
// memory.
//
//	c := client.New("http://127.0.0.1:8080", nil)
//	up, err := c.Upload(ctx, "", client.File{Name: "orders.csv", Content: f})
//	answer, err := c.Ask(ctx, client.Question{SessionID: up.SessionID, Query: "revenue by region"})
//
// The types hold what programs use; the whole document of the server is at
// /openapi.json.
package client
