#!/bin/sh
# Runs every check in order and fails with the first failing one's status, but
# only after all have run, so that one run shows everything.
set -u

failed=""
said=$(mktemp -d)
trap 'rm -rf "$said"' EXIT

# step NAME COMMAND: runs a check. What its output says of single tests that
# failed is kept, to be told once more at the end.
step() {
	name=$1
	shift
	echo "== $name"
	{ "$@" 2>&1 || : >"$said/failed"; } | tee "$said/out"
	[ -e "$said/failed" ] || return 0
	rm "$said/failed"
	failed="$failed, $name"
	{
		echo "In $name:"
		grep -E '^ *--- FAIL|^FAIL|^panic:|^failed: |^ *(×|FAIL) ' "$said/out" || tail -n 5 "$said/out"
	} >>"$said/again"
}

# script NAME: runs the page's npm script of that name where there is one.
script() { npm --prefix web run --silent --if-present "$1"; }

# The browser tests look for Chromium where Debian puts it, or here.
CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
[ -n "$CHROMIUM" ] && export CHROMIUM || unset CHROMIUM

if scripts/prerequisites.sh node 2>/dev/null; then
	step "page" make --no-print-directory page
	step "page: types" script typecheck
	step "page: lint" script lint
	step "page: units" script test
else
	echo "Node 20 or newer is missing: the page's tests are skipped." >&2
	[ "${CI:-}" = true ] && failed="$failed, node is missing"
fi

step "build" make --no-print-directory binary
step "vet" go vet ./...
step "staticcheck" go tool -modfile=tools/go.mod staticcheck ./...
if scripts/prerequisites.sh node 2>/dev/null; then
	step "page: in a browser" script e2e
fi
step "go test" go test -timeout 15m ./...

[ -z "$failed" ] && { echo "All passed."; exit 0; }
tail -n 15 "$said/again" >&2
echo "Failed: ${failed#, }." >&2
exit 1
