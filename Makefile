# Needs python3 (3.11 or newer), pip and make. Everything else goes into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-header --python-version 3.11 pyproject.toml
export PYTHON
SIZES ?= 10000 100000 1000000
PROTOTYPE := $(or $(BENCH_PROTOTYPE_DIR),../shared/prototypes/embedded_engine)

.DEFAULT_GOAL := help
.PHONY: help demo test faults check fix relevance messages bench lock

help: ## Say what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(VENV)/.installed ## Start Handrail with a demonstration county on http://127.0.0.1:8000
	@$(BIN)/handrail demo

# Three processes, for many tests wait; tests/support/sharing.py says who runs what. Each of them, and
# each command that tests start, would compile all modules if none might keep what it compiled.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(VENV)/.installed-dev ## Run all tests, on SQLite and on PostgreSQL
	@$(BIN)/python -m pytest -q -n 3 --dist loadfile $(ARGS)

faults: $(VENV)/.installed-dev ## Kill processes, and reindex, during changes: half an hour
	@for engine in embedded $$(command -v meilisearch >/dev/null && echo meilisearch); do \
		$(BIN)/python -m tests.faults.run --engine $$engine && \
		$(BIN)/python -m tests.faults.reindex --engine $$engine || exit 1; done
	@$(BIN)/python -m tests.faults.referrals

check: $(VENV)/.installed-dev ## Check style, types, layers; changes nothing
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python docs/generate.py --check
	@$(BIN)/python -m web.messages check

fix: $(VENV)/.installed-dev ## Repair what can be repaired by itself
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/python docs/generate.py

relevance: $(VENV)/.installed-dev ## Score searches by the judged questions; keeps docs/relevance.md
	@$(BIN)/python -m tests.relevance

messages: $(VENV)/.installed-dev ## Bring the message catalogs up to date with what is said
	@$(BIN)/python -m web.messages update

bench: $(VENV)/.installed-dev ## Measure search, API, pages and referrals; SIZES="1000 100000" for a shorter run
	@if test -d $(PROTOTYPE); then $(BIN)/python -m benchmarks.engine $(SIZES); \
		else echo "No prototype to compare the engine with at $(PROTOTYPE)"; fi
	@if command -v meilisearch >/dev/null; then $(BIN)/python -m benchmarks.beside $(SIZES); \
		else echo "No meilisearch on PATH to compare the engine with"; fi
	@$(BIN)/python -m benchmarks.api $(lastword $(filter-out 1000000,$(SIZES)))
	@$(BIN)/python -m benchmarks.prices $(lastword $(SIZES))
	@$(BIN)/python -m benchmarks.referrals $(lastword $(SIZES))
	@$(BIN)/python -m benchmarks.reports

lock: $(VENV)/.installed-dev ## Choose versions anew, into requirements*.txt
	@$(LOCK) --upgrade --extra install -o requirements.txt
	@$(LOCK) --upgrade --extra install --extra dev -c requirements.txt -o requirements-dev.txt

# The development set holds the other one, so either stamp will do to run the demonstration.
$(VENV)/.installed: requirements.txt pyproject.toml packaging/environment
	@test $(VENV)/.installed-dev -nt requirements.txt && test $(VENV)/.installed-dev -nt pyproject.toml \
		|| packaging/environment $(VENV) requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt pyproject.toml packaging/environment
	@packaging/environment $(VENV) requirements-dev.txt
	@touch $@ $(VENV)/.installed
