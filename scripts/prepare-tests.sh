#!/bin/sh
# Makes sure that what the tests need is on this machine: PostgreSQL, Redis
# and Chromium. On Debian as root it installs what is missing; elsewhere it
# says in one line what is missing, and those tests are skipped. With CI=true
# nothing may be missing.
set -u

have_postgres() { command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }
have_redis() { command -v redis-server >/dev/null 2>&1; }
have_chromium() {
	[ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 ||
		command -v google-chrome >/dev/null 2>&1 || [ -d "/Applications/Google Chrome.app" ]
}

missing() {
	have_postgres || echo postgresql
	have_redis || echo redis-server
	have_chromium || echo chromium
}

install() {
	log=$(mktemp)
	export DEBIAN_FRONTEND=noninteractive
	# Fonts come along, or the page's picture would show boxes.
	if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@" fonts-liberation; } >"$log" 2>&1; then
		tail -n 5 "$log" >&2
	fi
	rm -f "$log"
}

need=$(missing)
[ -z "$need" ] && exit 0

if [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ]; then
	echo "Installing for the tests:" $need
	install $need
	need=$(missing)
	[ -z "$need" ] && exit 0
fi

echo "Missing for the tests:" $need >&2
[ "${CI:-}" = true ] && exit 1
echo "The tests that need them are skipped." >&2
exit 0
