# odoo_ingestion: `make` lists what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The sandbox's Odoo has two workers; a third test process works while they rest.
TEST_WORKERS ?= 3
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)

.PHONY: help install install-dev demo test lint types security unit soak bench bench-quick lock audit clean sandbox-stop

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

# Debian leaves ensurepip out of python3; python3-venv brings it.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name it by: make PYTHON=/path/to/python3" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "installing python3-venv"; $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq python3-venv; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "installing odoo-ingestion into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/installed-dev: requirements-dev.lock $(VENV)/installed
	@echo "installing what the tests need into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

install: $(VENV)/installed ## install into .venv

install-dev: $(VENV)/installed-dev ## install into .venv, with what the tests need

demo: $(VENV)/installed ## import the sample files into a real Odoo on this machine
	@$(BIN)/odoo-ingestion demo

test: $(VENV)/installed-dev lint types security unit ## every check and every test, those on the real Odoo included

lint: $(VENV)/installed-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/installed-dev
	@$(BIN)/mypy

security: $(VENV)/installed-dev
	@$(BIN)/bandit -q -c pyproject.toml -r odoo_ingestion

unit: $(VENV)/installed-dev
	@$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder \
		--cov --cov-report=term --cov-fail-under=90 $(PYTEST_ARGS)

soak: $(VENV)/installed-dev ## the long versions of the tests that try to break an import
	@$(BIN)/python -m pytest -m soak --timeout 3600 $(PYTEST_ARGS)

bench: $(VENV)/installed-dev ## measure every goal of speed against the real Odoo (35 minutes or more)
	@$(BIN)/python -m benchmarks full $(BENCH_ARGS)

bench-quick: $(VENV)/installed-dev ## the same with fewer rows, in under 3 minutes
	@$(BIN)/python -m benchmarks quick $(BENCH_ARGS)

lock: ## pin every dependency anew (needs uv)
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url \
		--custom-compile-command 'make lock' pyproject.toml requirements.in -o requirements.lock
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url \
		--custom-compile-command 'make lock' --extra dev -c requirements.lock \
		pyproject.toml requirements.in -o requirements-dev.lock

audit: $(VENV)/installed-dev security ## look for holes: in the code, and known ones in what is pinned
	@$(BIN)/python .ci/audit.py requirements-dev.lock

sandbox-stop: $(VENV)/installed ## stop the sandbox's Odoo and PostgreSQL
	@$(BIN)/odoo-ingestion sandbox stop

clean: ## remove what was installed and measured (not the sandbox, not data/failed)
	@rm -rf $(VENV) .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis
