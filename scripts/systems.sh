#!/bin/sh
# Checks the program for systems that this one is not: what needs no cgo is
# vetted, and what only its tests need it for is built. The engine is C++: what
# links it can be checked on its own system only.
set -eu

for os in darwin windows; do
	export GOOS=$os CGO_ENABLED=0
	engine=github.com/duckdb/duckdb-go
	linked=$(go list -e -f '{{.ImportPath}} {{join .Deps " "}}' ./... | grep "$engine" | cut -d' ' -f1 | sort -u)
	tested=$(go list -e -test -f '{{if .ForTest}}{{.ForTest}} {{join .Deps " "}}{{end}}' ./... | grep "$engine" | cut -d' ' -f1 | sort -u)
	free=$(go list -e ./... | sort -u | grep -vxF "$linked")
	vetted=$(echo "$free" | grep -vxF "$tested")
	built=$(echo "$free" | grep -xF "$tested" || true)
	echo "$os: $(echo "$vetted" | wc -l) packages vetted, $(echo "$built" | grep -c . || true) built, $(echo "$linked" | wc -l) need cgo"
	go vet $vetted
	[ -z "$built" ] || go build $built
done
