# Python 3.11 or newer and make are all that is needed; every target sets up what it uses.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO := var/demo

.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench soak mutants lock catalogues screenshots clean

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## The virtual environment .venv from the hashed lock

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	touch $(READY)

demo: setup ## The whole product with invented patients on http://127.0.0.1:8000 (PORT= to change)
	@$(BIN)/python -m diary.cli.demo $(DEMO) --port $(PORT)

test: setup ## Every test: unit, both databases, real Chromium
	$(BIN)/python -m tests.support.chromium
	$(BIN)/pytest -n auto --dist worksteal $(ARGS)

check: setup ## ruff, mypy strict, import-linter, djlint, catalogues, docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --check --lint templates
	$(BIN)/python -m tests.support.catalogues
	$(BIN)/python -m tests.support.docs
	$(BIN)/python -m tests.support.traceability

bench: setup ## Benchmarks, one JSON line each, measured against a floor in the same run
	$(BIN)/python -m tests.bench

soak: setup ## 200 kills on each database; a month of 2,000 patients; axe on every page in every look; an hour
	KILLS=200 $(BIN)/pytest tests/reminders/test_killed.py tests/browser/test_server_killed.py -s
	DATABASES=sqlite PATIENTS=2000 $(BIN)/pytest tests/month -s
	DATABASES=postgresql PATIENTS=100 $(BIN)/pytest tests/month -s
	AXE=all $(BIN)/pytest tests/browser/test_access.py -s

mutants: setup ## Does a test notice each small change of the protocol? Takes long (docs/mutants.md)
	$(BIN)/python -m tests.support.mutants

screenshots: setup ## Pictures of every screen in shots/, to be looked at
	$(BIN)/python -m tests.support.chromium
	$(BIN)/python -m tests.screenshots

catalogues: setup ## Bring translations/ in step with the code (then translate what is new)
	$(BIN)/python -m tests.support.catalogues --update

lock: setup ## Resolve the dependencies anew (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-emit-index-url --no-emit-find-links --quiet -o requirements.lock

clean: ## Remove what was made here, the demo's data too
	rm -rf $(VENV) var shots mutants .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
