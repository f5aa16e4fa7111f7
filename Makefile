# make setup    a virtual environment in .venv with what was tested (constraints.txt)
# make demo     the whole course, graded for a class of 32 sample students, and its report
# make test     linters, types, and the tests that are not slow: before each commit
# make test-all the slow tests, too: the audit of the course, every right answer, real kernels, kills at random
# make audit    prove that the course is ready to be released: its tests tell wrong answers from right ones
# make release  release/ and solutions/, generated again from source/
# make docs     the handbook in docs/ as a site, docs/_build/index.html
# make screenshots  the pictures in docs/, from the course as it is
# make bench    measurements, kept in benchmarks/; in a few minutes: make bench BENCH='--submissions 4 8'

PYTHON ?= python3
BIN := .venv/bin
# nbgrader calls alembic and jupyter by their names.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
ASSIGNMENTS := $(notdir $(wildcard source/*))

# With COVERAGE=84, `make test` measures which lines and branches it reaches, and fails below 84 %.
MEASURED := $(if $(COVERAGE),--cov --cov-report=term:skip-covered --cov-fail-under=$(COVERAGE))
export COVERAGE_FILE := $(CURDIR)/.coverage

.PHONY: setup demo test test-slow test-all lint audit release docs screenshots bench

setup: .venv/ready

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'gradlab needs Python 3.11 or newer: make PYTHON=python3.11 …')"
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev,docs]'
	touch $@

demo: setup
	$(BIN)/python -m gradlab.demo

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/pytest -n auto $(MEASURED) -m "not slow"

# Slow tests often wait, so one more than there are cores runs at once.
test-slow: setup
	$(BIN)/pytest -n $$(($$(nproc) + 1)) -m slow

test-all: test test-slow

audit: setup
	$(BIN)/gradlab audit

release: setup
	set -e; for assignment in $(ASSIGNMENTS); do \
	    $(BIN)/nbgrader generate_assignment $$assignment --force; \
	    $(BIN)/nbgrader generate_solution $$assignment --force; \
	done

docs: setup
	$(BIN)/python docs/make_reference.py
	$(BIN)/sphinx-build -W --keep-going -q docs docs/_build
	@echo docs/_build/index.html

screenshots: setup
	PYTHONPATH=tests $(BIN)/python docs/make_screenshots.py

bench: setup
	$(BIN)/python benchmarks/nbgrader_and_gradlab.py $(BENCH)
