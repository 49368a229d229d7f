# The commands of the project. `make help` lists them.

LISTEN  ?= 127.0.0.1:8080
DATA    ?= data
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
GOFLAGS := $(strip -buildvcs=false $(filter-out -buildvcs=%,$(GOFLAGS)))
export GOFLAGS

LDFLAGS     := -s -w -X tabletalk/internal/cli.version=$(VERSION)
STATICCHECK := go tool -modfile=tools/go.mod staticcheck
WEB_SOURCES := $(shell find web -type f \( -path 'web/src/*' -o -path 'web/public/*' -o -path 'web/*.html' \
	-o -path 'web/*.ts' -o -path 'web/*.json' \) -not -path '*/node_modules/*' -not -path 'web/dist/*' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help run build binary page test test-llm check systems fuzz vuln race bench speed speed-formats eval train fmt clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build everything and serve on http://127.0.0.1:8080 (LISTEN=, DATA=)
	@scripts/prerequisites.sh go cc node
	@[ -x bin/tabletalk ] || echo "Building; the first time takes a few minutes."
	@$(MAKE) --no-print-directory page binary
	@exec bin/tabletalk serve --listen $(LISTEN) --data $(DATA)

build: ## build bin/tabletalk; with the page where Node is there
	@scripts/prerequisites.sh go cc
	@if scripts/prerequisites.sh node 2>/dev/null; then $(MAKE) --no-print-directory page; \
	 elif [ ! -f web/dist/index.html ]; then echo "Node 20 or newer is missing: the binary will hold a placeholder instead of the page."; fi
	@$(MAKE) --no-print-directory binary

binary:
	@mkdir -p bin
	@go build -ldflags '$(LDFLAGS)' -o bin/tabletalk ./cmd/tabletalk

page: web/dist/index.html
	@:

web/dist/index.html: web/node_modules/.installed $(WEB_SOURCES)
	@npm --prefix web run --silent build -- --logLevel warn
	@touch $@

# The stamp is newer than the lock file when the packages are those it names.
web/node_modules/.installed: web/package-lock.json
	@npm --prefix web ci --silent --no-audit --no-fund
	@touch $@

test: ## run all tests; fetches what they need (PostgreSQL, Redis, Chromium)
	@scripts/prerequisites.sh go cc
	@scripts/prepare-tests.sh
	@scripts/test.sh

test-llm: ## ask a real, very small language model; fetches it and its server (160 MB)
	@scripts/prerequisites.sh go cc
	@dir=$$(scripts/prepare-llm.sh) && TABLETALK_TEST_LLM=$$dir go test -tags llm -count=1 -v -timeout 10m -run TestLocalModel ./internal/llm ./internal/conversation

check: fmt systems ## before a review: format, vet, staticcheck, tests, race detector
	@go vet ./...
	@$(STATICCHECK) ./...
	@go test -timeout 10m ./...
	@$(MAKE) --no-print-directory race

systems: ## vet what needs no cgo for macOS and Windows
	@scripts/systems.sh

FUZZTIME ?= 20s
fuzz: ## run every fuzz target for FUZZTIME; what is found stays as a test
	@FUZZTIME=$(FUZZTIME) scripts/fuzz.sh

# It asks the database at https://vuln.go.dev, and fails where that cannot be reached.
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0
vuln: ## look for known holes in what is linked in and called; asks https://vuln.go.dev
	@go run $(GOVULNCHECK) ./...

fmt:
	@bad=$$(gofmt -l cmd internal web/*.go 2>/dev/null); [ -z "$$bad" ] || { echo "gofmt these: $$bad"; exit 1; }

race: ## run the Go tests under the race detector
	@go test -race -timeout 20m ./...

bench: ## run the benchmarks once
	@go test -run '^$$' -bench . -benchtime 1x -timeout 30m ./...

FILES ?=
speed: binary ## measure the server against its limits and against bare DuckDB (FILES=)
	@go run ./bench -server bin/tabletalk $(FILES)

speed-formats: binary ## the same for all formats; XLSX is compared where Python has pandas and openpyxl
	@go run ./bench -server bin/tabletalk -formats -rounds 3

SET   ?= all
EVERY ?= 1
eval: ## measure the question engine on the public sets (SET=, EVERY=)
	@go test ./internal/question/evalset -run 'Eval$$' -v -count 1 -timeout 60m -set $(SET) -every $(EVERY) $(if $(filter all,$(SET)),-score testdata/sets.txt)

train: ## learn the weights of confidence from sampled questions; look at the goldens after it
	@go test ./internal/question/train -run '^TestTrain$$' -count 1 -update
	@go test ./internal/question/train -run '^TestScores$$' -count 1 -update # a second build: the weights are part of it

bench-files: ## read every file of the public corpora; writes the score
	@go test ./internal/ingest -run '^TestFiles$$' -count 1 -timeout 60m -all-files -update

clean: ## remove what was built (data stays)
	@rm -rf bin web/node_modules && find web/dist -mindepth 1 -not -name placeholder.html -delete 2>/dev/null || true
