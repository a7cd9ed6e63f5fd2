# make run    set up and open the chat on the shipped corpus
# make test   set up and run every test
# make check  format, lint, types and the import rule
# make corpus build the briefs in corpus/ from their Markdown
#
# PYTHON       the Python to use, 3.11 or newer:  make run PYTHON=python3.12
# TORCH_INDEX  where to take PyTorch from. The usual build for Linux brings gigabytes of GPU libraries, which are not
#              needed here. "Get started" on pytorch.org names an address for the CPU build: give it here.
# ARGS         further arguments for the tests:   make test ARGS="-k spans"
# TESTERS      how many processes run the tests: one more than there are cores, as some wait for a browser

PYTHON ?= python3
TORCH_INDEX ?=
ARGS ?=
TESTERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
TORCH := $(shell grep '^torch==' constraints.txt)

.PHONY: run test check corpus clean

run: .venv/installed
	@$(BIN)/python app.py

test: .venv/installed-dev
	@# The tests start hundreds of processes; each would compile all modules anew where none may keep them.
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest --numprocesses $(TESTERS) --dist worksteal $(ARGS)

check: .venv/installed-dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy advisor ingest app.py benchmarks tests
	@cd corpus && ../$(BIN)/mypy --config-file ../pyproject.toml --exclude '^$$' build.py overlap.py ../tests/corpus
	@$(BIN)/python -m pytest -q tests/test_imports.py

corpus: .venv/installed-dev
	@$(BIN)/python corpus/build.py

clean:
	rm -rf .venv store dist

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Cluster Advisor needs Python 3.11 or newer: make run PYTHON=python3.12"; exit 2; }
	@echo "Setting up .venv (once; this takes a few minutes)"
	@$(PYTHON) -m venv .venv
	@$(if $(TORCH_INDEX),PIP_INDEX_URL=$(TORCH_INDEX)) $(PIP) $(TORCH)
	@touch $@

.venv/installed: .venv/python pyproject.toml constraints.txt
	@$(PIP) --editable .
	@touch $@

.venv/installed-dev: .venv/python pyproject.toml constraints.txt
	@$(PIP) --editable '.[dev]'
	@touch .venv/installed $@
