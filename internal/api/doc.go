// Package api is the HTTP door of the house: every route, the problem
// documents, the event streams and the OpenAPI document.
//
// Requests come in; one call into a noun of the product (session, dataset,
// conversation) goes out, and its value or fault comes back as JSON. A handler
// decodes, checks, calls and encodes; it decides nothing about data. All
// routes stand in one list, routes.go: start reading there. What every request
// passes before a handler sees it is in house.go, from the outside in.
//
// It names no implementation: each need is a small interface in needs.go that
// the assembly fills. It must never import store, engine/duckdb, config or
// another door.
package api
