# make setup    a virtual environment in .venv with what was tested (constraints.txt)
# make demo     the whole course, graded for a class of 32 sample students, and its report
# make test     linters, types, and all tests, the audit of the course among them
# make audit    prove that the course is ready to be released: its tests tell wrong answers from right ones
# make release  release/ and solutions/ anew from source/
# make bench    measurements, kept in benchmarks/; in a few minutes: make bench BENCH='--submissions 4 8'

PYTHON ?= python3
BIN := .venv/bin
# nbgrader calls alembic and jupyter by their names.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
ASSIGNMENTS := $(notdir $(wildcard source/*))

.PHONY: setup demo test lint audit release bench

setup: .venv/ready

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'gradlab needs Python 3.11 or newer: make PYTHON=python3.11 …')"
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

demo: setup
	$(BIN)/python -m gradlab.demo

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/pytest -n 2

audit: setup
	$(BIN)/gradlab audit

release: setup
	set -e; for assignment in $(ASSIGNMENTS); do \
	    $(BIN)/nbgrader generate_assignment $$assignment --force; \
	    $(BIN)/nbgrader generate_solution $$assignment --force; \
	done

bench: setup
	$(BIN)/python benchmarks/nbgrader_and_gradlab.py $(BENCH)
