# make demo    install into .venv and score the shipped examples
# make test    all tests, with coverage
# make lint    ruff and mypy
# make bench   our numbers against other packages' numbers, then times; ARGS="--rows rouge" for some
# make clean   remove what the others made

PYTHON ?= python3
BIN := .venv/bin
BUILT := $(wildcard textmetrics/native/* stopwords/*)

.PHONY: demo test lint format bench clean

demo: .venv/installed
	@for lang in en zh ja; do \
	  echo; echo "textmetrics score docs/examples/$$lang.jsonl --lang $$lang"; \
	  $(BIN)/textmetrics score docs/examples/$$lang.jsonl --lang $$lang || exit; \
	done

test: .venv/developed
	$(BIN)/python -m pytest --cov --cov-report=term --cov-fail-under=95 $(ARGS)

lint: .venv/developed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/developed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/benchmarked
	$(BIN)/python benchmarks/peers.py $(ARGS)

clean:
	rm -rf .venv build dist .coverage* .pytest_cache .mypy_cache .ruff_cache .hypothesis

# An editable install: Python files are read from here; the extension is built again when a native
# source changes.
.venv/installed: pyproject.toml $(BUILT)
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

.venv/developed: .venv/installed
	$(BIN)/python -m pip install --quiet --group test --group lint
	@touch $@

.venv/benchmarked: .venv/installed
	$(BIN)/python -m pip install --quiet --group bench
	@touch $@
