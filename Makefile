# Two commands: `make demo` shows what Pointsman does, `make test` runs every check.

SHELL := /bin/bash
CARGO ?= cargo
POINTSMAN := target/debug/pointsman

.PHONY: demo test tools postgres format lint unit policies fuzz-api bench

# A server with the example policy, leads that trickle in, reps who answer. Ctrl-C ends it; its data is thrown away.
demo: tools
	@$(CARGO) build --quiet -p pointsman
	@$(POINTSMAN) demo

test: tools postgres format lint unit policies
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

# The API's tests run on PostgreSQL too, in a cluster of their own; only its programs must be there.
postgres:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    echo "installing PostgreSQL"; apt-get install --yes --quiet --no-install-recommends postgresql >/dev/null; \
	  else echo "missing: PostgreSQL (on Debian: apt-get install postgresql)"; exit 1; fi; }

format:
	$(CARGO) fmt --all --check

lint:
	$(CARGO) clippy --quiet --workspace --all-targets -- --deny warnings

unit:
	$(CARGO) test --quiet --workspace

policies:
	@$(CARGO) build --quiet -p pointsman
	@for policy in policies/*/; do \
	  echo "$$policy"; \
	  $(POINTSMAN) check $$policy >/dev/null || { $(POINTSMAN) check $$policy; exit 1; }; \
	  $(POINTSMAN) test $$policy | tail -n 1; [ $${PIPESTATUS[0]} -eq 0 ] || { $(POINTSMAN) test $$policy; exit 1; }; \
	done

# The API against its own description, by schemathesis (from PyPI): no server error, no undocumented answer.
fuzz-api: tools
	crates/server/tests/schemathesis.sh

# Timings. Not part of `test`: they say how fast, not whether it is right. See bench/README.md.
bench:
	cd bench && $(CARGO) run --release
