#!/bin/sh
# Runs every fuzz target for a while (FUZZTIME, 20s by default), one after the
# other, and names those that found something. What was found lies below
# testdata/fuzz of its package, where every later run of the tests tries it.
set -u

failed=""
for file in $(grep -rl '^func Fuzz' --include='*_test.go' client cmd internal); do
	package=./$(dirname "$file")
	for target in $(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file"); do
		echo "== $package $target"
		go test "$package" -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-20s}" -timeout 30m || failed="$failed $target"
	done
done

[ -z "$failed" ] && { echo "Nothing was found."; exit 0; }
echo "Found something:$failed" >&2
exit 1
