# make run: from nothing to the page at http://127.0.0.1:7860. make test: every test.
PYTHON ?= python3
PAIRS ?= ../shared/train
BIN := .venv/bin
READY := .venv/ready
DEV := .venv/dev
MODELS := .venv/models

.PHONY: run test test-e2e test-rest test-postgres check bench bench-scale train clean help

run: $(MODELS) ## set up, read corpus/ in, serve the page
	@$(BIN)/python -m ingest add corpus
	@$(BIN)/python app.py

test: $(DEV) ## every test, with the real models and, where Chromium is installed, a real browser
	@$(BIN)/python -m qa models pull
	@$(MAKE) --no-print-directory --jobs=2 test-e2e test-rest

# Two processes side by side, so that only one of them holds the language model.
test-e2e:
	$(BIN)/python -m pytest tests/test_models_chat.py tests/e2e

test-rest:
	$(BIN)/python -m pytest --ignore=tests/e2e --ignore=tests/test_models_chat.py

test-postgres: $(DEV) ## every test file that opens a library, on a PostgreSQL server of its own; needs initdb
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet -c constraints.txt -e '.[dev,postgres]'
	@$(BIN)/python -m qa models pull
	$(BIN)/python -m pytest -p tests.postgres.plugin @tests/postgres/files.txt

check: $(DEV) ## format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(DEV) ## quality on the corpus gold set and speed, with the real models; writes nothing
	@$(BIN)/python -m qa models pull
	$(BIN)/python -m tests.bench

bench-scale: $(DEV) ## what each call costs at 10,000, 100,000 and 1,000,000 passages (or SIZES), without models: 20 minutes, 8 GB
	$(BIN)/python -m tests.bench.scale $(SIZES)

train: $(DEV) ## the reader and the extractor again, from the pairs in the folder PAIRS: half an hour on a large GPU
	@$(BIN)/python -m qa models pull
	$(BIN)/python -m training.train --data $(PAIRS)
	$(BIN)/python -m training.export

clean: ## remove the environment and what was built; articles and models stay
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

help:
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*##/ —/'

# Every file of the models is hashed, which takes seconds: once here, later by `python -m qa models pull`. What changed
# since, or is missing, is noticed when it is loaded.
$(MODELS): $(READY)
	@$(BIN)/python -m qa models pull
	@touch $@

# Remade when what is to be installed changes; an interrupted installation starts again where pip's cache ends.
$(READY): pyproject.toml constraints.txt
	@echo "Setting up .venv (about a minute the first time) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check pip==$$(sed -n 's/^pip==//p' constraints.txt)
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on -c constraints.txt -e .
	@touch $@

# What only tests and training need, torch above all: most of the disk.
$(DEV): $(READY)
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on -c constraints.txt -e '.[dev]'
	@touch $@
