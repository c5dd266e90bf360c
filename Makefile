# The repository's own Makefile, and the first user of stepladder.mk. Works with GNU Make 3.81 and later.
.DEFAULT_GOAL := help

NODE ?= node
NPM ?= npm
BIN := node_modules/.bin
# The last file that the build writes: there, or nothing was built.
BUILT := dist/THIRD-PARTY-NOTICES.txt
INSTALLED := node_modules/.package-lock.json
DEMO := .stepladder/demo/.git/HEAD
SOURCES := $(wildcard package.json scripts/build.mjs vendor/grammars/* schema/*.json src/*.* src/*/*.* src/*/*/*.* src/*/*/*/*.* src/*/*/*/*/*.*)
# Words that choose test files: make test TESTS="escalation receipts"
TESTS ?=
# What chance in test-faults begins with; one of its own where empty.
SEED ?=

## orchestrate   run the demo's backlog (installs and builds first); plan, status, report, watch as well
## build         the program, in dist/
$(BUILT): $(SOURCES) $(INSTALLED)
	@$(NODE) scripts/build.mjs

$(INSTALLED): package.json package-lock.json
	@echo 'Installing what the build needs …'
	@$(NPM) ci --no-progress --loglevel=error
	@touch $@

# The demo's workspace is made once; what agents and people did in it is never overwritten.
$(DEMO):
	@demo/workspace.sh .stepladder/demo

# Nothing of ours can run, not even the generator, before these are there.
.stepladder/tasks.mk orchestrate plan watch status report graph lint-tasks: $(BUILT) $(DEMO)

build: $(BUILT)

# One recipe, line by line: the same under -j. Children do not inherit the flags that this Make was called with.
## test          types, style, every test that needs no network; ends in “N passed, N failed”
test: $(INSTALLED)
	@$(BIN)/tsc -p . && $(BIN)/tsc -p tsconfig.browser.json
	@$(BIN)/biome check --log-level=warn
	@unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES GNUMAKEFLAGS MAKEFILES; \
	$(NODE) scripts/build.mjs --tests && exec $(NODE) scripts/test.mjs $(TESTS)

## test-agents   whole steps with the real Claude Code, Codex and OpenCode, installed into build/agents, off the network
test-agents: $(INSTALLED)
	@unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES GNUMAKEFLAGS MAKEFILES; \
	$(NODE) scripts/build.mjs --tests && exec $(NODE) scripts/agents.mjs --test $(TESTS)

## test-browser  report.html in a real Chromium (Debian's package is installed where it is missing and that is allowed)
test-browser: $(INSTALLED)
	@unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES GNUMAKEFLAGS MAKEFILES; \
	$(NODE) scripts/build.mjs --tests && exec $(NODE) scripts/browser.mjs $(TESTS)

## test-faults   the same faults as in “test”, many times over: kills, failing calls, cuts; about an hour, SEED=n
test-faults: $(INSTALLED)
	@unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES GNUMAKEFLAGS MAKEFILES; \
	$(NODE) scripts/build.mjs --tests && STEPLADDER_SEED=$(or $(SEED),$$(date +%s)) exec $(NODE) scripts/test.mjs --faults $(TESTS)

## bench         what the runner costs, against bare Make and an empty Node (N="100 1000 10000"), and what STEPS=1000 leave
bench: $(INSTALLED)
	@unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES GNUMAKEFLAGS MAKEFILES; \
	$(NODE) scripts/build.mjs --tests && $(NODE) build/tests/bench/bench.mjs $(N) && $(NODE) build/tests/bench/report.mjs $(N) && $(NODE) build/tests/bench/stubs.mjs && exec $(NODE) build/tests/bench/disk.mjs $(STEPS)

## format        put the sources into the house's style
format: $(INSTALLED)
	@$(BIN)/biome check --write

## clean         remove everything built, and the demo with its receipts
clean:
	@rm -rf dist build reports .stepladder
	@rm -f tasks/*.done

## help          this list
help:
	@sed -n 's/^## /  make /p' Makefile

.PHONY: build test test-agents test-browser test-faults bench format clean help

include stepladder.mk
