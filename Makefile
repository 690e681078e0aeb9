# Everything that people and machines do with Crossdock. `make help` lists the targets.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
TEST_PROCESSES ?= $(shell nproc 2>/dev/null || echo 2)
BIN := .venv/bin
FLASK := $(BIN)/flask --app wsgi
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes
LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11 --universal

.PHONY: help demo run migrate test test-needs test-channels chromium vendure shopify medusa check texts migration-check bench lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/.for-run ## start a demo store on PORT (8000) with a shop that sells and a warehouse that ships
	@DATABASE_URL="$${DATABASE_URL:-sqlite:///var/demo.db}" exec $(FLASK) serve --demo --host $(HOST) --port $(PORT)

run: .venv/.for-run ## start web and worker on PORT (8000), on DATABASE_URL (var/crossdock.db)
	@exec $(FLASK) serve --host $(HOST) --port $(PORT)

migrate: .venv/.for-run ## bring the database up to date
	@$(FLASK) migrate

test: test-needs ## install what tests need and run them all, on SQLite and PostgreSQL; ARGS are for pytest
	@exec $(BIN)/pytest -n $(TEST_PROCESSES) --dist loadgroup $(ARGS)

test-channels: .venv/.for-tests medusa ## run the channels' tests against the shops that take minutes to start: Medusa
	@exec $(BIN)/pytest -m real_channels $(ARGS)

test-needs: .venv/.for-tests chromium vendure shopify

chromium:
	@tests/browser/install.sh

vendure: .venv/.for-tests
	@$(BIN)/python tests/servers/vendure/install.py >/dev/null

shopify: .venv/.for-tests
	@$(BIN)/python tests/servers/shopify/install.py >/dev/null

medusa: .venv/.for-tests
	@$(BIN)/python tests/servers/medusa_real/install.py >/dev/null

check: .venv/.for-tests ## what continuous integration asks of the code: style, types, templates, layers, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/pytest tests/test_layers.py tests/test_migrations.py

texts: .venv/.for-tests ## write what people read into webapp/translations, for the translator, and list what isn't marked
	@mkdir -p var webapp/translations && $(BIN)/python -m tests.texts
	@PYTHONPATH=. $(BIN)/pybabel -q extract -F pyproject.toml --no-location --sort-output -k _ -k _l -k lazy_gettext -k lazy_ngettext:1,2 -o var/texts.pot .
	@$(BIN)/pybabel -q update -N --no-wrap --ignore-obsolete --init-missing -i var/texts.pot -l it -o webapp/translations/it.po

migration-check: .venv/.for-tests ## compare migrations and models, on both databases
	$(BIN)/pytest tests/test_migrations.py

bench: .venv/.for-tests ## measure, and print each figure beside its goal
	@for measure in $$(grep -l __main__ bench/*.py); do PYTHONPATH=. $(BIN)/python "$$measure" || exit 1; done

lock: .venv/.for-tests ## write requirements*.txt anew from requirements*.in
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) -c requirements.txt requirements-dev.in -o requirements-dev.txt

clean: ## forget caches and the virtual environment, never var/
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -m venv .venv || { echo "Python's venv module is missing; on Debian: apt-get install python3-venv" >&2; exit 1; }

.venv/.for-run: requirements.txt | .venv/bin/python
	@echo "Installing what Crossdock runs on …" >&2
	@$(PIP) -r requirements.txt
	@touch $@

.venv/.for-tests: requirements-dev.txt | .venv/bin/python
	@echo "Installing what tests and checks need …" >&2
	@$(PIP) -r requirements-dev.txt
	@touch $@ .venv/.for-run
