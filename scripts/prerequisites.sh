#!/bin/sh
# Checks that the named tools (go, cc, node) are here and new enough.
# Prints one line for the first that is not, and fails.
set -u

fail() { echo "$1" >&2; exit 1; }

# newer HAVE WANT: whether version HAVE ("1.26.3") is at least WANT ("1.26").
newer() {
	[ "$(printf '%s\n%s\n' "$2" "$1" | sort -t. -k1,1n -k2,2n -k3,3n | head -n 1)" = "$2" ]
}

need_go() {
	command -v go >/dev/null 2>&1 || fail "Go 1.26 or newer is missing: https://go.dev/dl"
	have=$(GOTOOLCHAIN=local go env GOVERSION 2>/dev/null | sed 's/^go//; s/[^0-9.].*//')
	newer "${have:-0}" 1.26 || fail "Go 1.26 or newer is needed, this is Go ${have:-unknown}: https://go.dev/dl"
}

# The engine is linked in as C++, so the compiler must find that library too.
need_cc() {
	cc=${CC:-$(GOTOOLCHAIN=local go env CC 2>/dev/null || echo cc)}
	command -v "${cc%% *}" >/dev/null 2>&1 ||
		fail "A C compiler is missing (GCC 10 or Clang 12, or newer). Debian: apt install g++ · macOS: xcode-select --install"
	case $(uname -s) in Darwin) lib=-lc++ ;; *) lib=-lstdc++ ;; esac
	out=$(mktemp) || fail "No temporary file can be made."
	echo 'int main(void) { return 0; }' | $cc -x c - $lib -o "$out" 2>/dev/null
	status=$?
	rm -f "$out"
	[ $status -eq 0 ] || fail "The C compiler cannot link the C++ library. Debian: apt install g++"
}

need_node() {
	command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 ||
		fail "Node 20 or newer (with npm) is missing: https://nodejs.org"
	have=$(node --version | sed 's/^v//')
	newer "$have" 20 || fail "Node 20 or newer is needed, this is Node $have: https://nodejs.org"
}

for tool in "$@"; do
	"need_$tool"
done
