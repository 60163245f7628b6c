# The two commands of the README, and what they rest on. Needs Python 3.11 or later; nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test check help clean

help: ## show this help
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

demo: $(VENV)/installed ## run the main job on the sample month and write ./october
	$(BIN)/convcat run data/sample-month/support.csv data/sample-month/reviews.csv --out october --title "Fern & Fable"

test: $(VENV)/tested ## lint, type-check and test, the examples and notebooks too
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -n logical --dist loadfile
	$(BIN)/python -m pytest -q --nbmake notebooks

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(VENV)/bin/python pyproject.toml requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps .
	touch $@

$(VENV)/tested: $(VENV)/bin/python pyproject.toml requirements-test.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-test.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

clean: ## remove the environment and what the demo wrote
	rm -rf $(VENV) october
