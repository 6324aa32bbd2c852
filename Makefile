# Two commands: `make demo` shows what Pointsman does, `make test` runs every check.

SHELL := /bin/bash
CARGO ?= cargo
POINTSMAN := target/debug/pointsman

SCHEMATHESIS := target/schemathesis/bin/schemathesis

.PHONY: demo test tools databases format lint unit build policies e2e chaos schemathesis bench bench-serve

# A server with the example policy, leads that trickle in, reps who answer. Ctrl-C ends it; its data is thrown away.
demo: tools
	@$(CARGO) build --quiet -p pointsman
	@$(POINTSMAN) demo

test: tools databases format lint unit policies e2e
	@echo "all checks passed"

# Says plainly what is missing, before anything else fails on it.
tools:
	@missing=; \
	for tool in $(CARGO) gcc; do command -v $$tool >/dev/null 2>&1 || missing="$$missing $$tool"; done; \
	if [ -n "$$missing" ]; then \
	  echo "missing:$$missing"; \
	  echo "cargo comes with Rust (1.90 or newer); on Debian gcc comes with: apt-get install gcc"; \
	  exit 1; \
	fi; \
	for part in fmt clippy; do $(CARGO) $$part --version >/dev/null 2>&1 || { \
	  echo "missing: cargo $$part (rustup component add rustfmt clippy)"; exit 1; }; done

# PostgreSQL's programs, for private clusters of the tests: no server needs to run. Python, for schemathesis.
databases:
	@missing=; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	python3 -c 'import venv, ensurepip' >/dev/null 2>&1 || missing="$$missing python3-venv"; \
	if [ -n "$$missing" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  echo "installing:$$missing"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null || exit 1; \
	elif [ -n "$$missing" ]; then \
	  echo "missing:$$missing (on Debian: apt-get install$$missing)"; exit 1; \
	fi

format:
	$(CARGO) fmt --all --check

lint:
	$(CARGO) clippy --quiet --workspace --all-targets -- --deny warnings

unit:
	$(CARGO) test --quiet --workspace

# Together, so that what the programs share is built once.
build:
	$(CARGO) build --quiet --workspace --bins

policies: build
	@for policy in policies/*/; do \
	  echo "$$policy"; \
	  $(POINTSMAN) check $$policy >/dev/null || { $(POINTSMAN) check $$policy; exit 1; }; \
	  $(POINTSMAN) test $$policy | tail -n 1; [ $${PIPESTATUS[0]} -eq 0 ] || { $(POINTSMAN) test $$policy; exit 1; }; \
	done

# The real program, killed under load: a few rounds, then the API against its own description.
e2e: build
	target/debug/pointsman-e2e chaos --rounds 2
	@if $(MAKE) --no-print-directory $(SCHEMATHESIS); then $(MAKE) --no-print-directory schemathesis; \
	else echo "NOT RUN: schemathesis could not be installed from PyPI"; fi

# The same, long: 20 rounds of each kind.
chaos: databases build
	target/debug/pointsman-e2e chaos --rounds 20

# Every operation of the served OpenAPI document with what it allows and what it does not: no server error, no
# answer that is not documented.
schemathesis: $(SCHEMATHESIS) build
	target/debug/pointsman-e2e openapi --schemathesis $(SCHEMATHESIS)

$(SCHEMATHESIS):
	python3 -m venv target/schemathesis
	timeout 180 target/schemathesis/bin/pip install --quiet --disable-pip-version-check schemathesis==4.32.5

# Timings. Not part of `test`: they say how fast, not whether it is right. See bench/README.md.
bench:
	cd bench && $(CARGO) run --release

# The server over HTTP, beside the bare store and beside an echo; on SQLite and on PostgreSQL.
bench-serve: databases
	$(CARGO) build --release -p pointsman
	cd bench && $(CARGO) build --release --no-default-features --features serve --bin serve
	bench/target/release/serve target/release/pointsman
	bench/target/release/serve target/release/pointsman batch latency --postgres
