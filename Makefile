# `make demo` and `make test` need Python 3.11 with pip, git, make and the package registries; nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --constraint constraints.txt
TESTS ?=
# One more than two cores: a worker whose browser or server works waits for it.
WORKERS ?= 3
OUT ?= demo-out
# Where the environment forbids keeping compiled modules, each process of the tests compiles them anew: half a second for one that reads.
KEEP_COMPILED := PYTHONDONTWRITEBYTECODE=

.PHONY: help setup page demo test check prove bench model world-index clean

help:
	@echo "make setup  set up all that heldby can do, in $(VENV); then: export PATH=\"$(CURDIR)/$(BIN):\$$PATH\""
	@echo "make demo   set up and run the main job on the bundled dispatches"
	@echo "make page   build the page that heldby serve shows (needs Node 20.19 or newer)"
	@echo "make test   set up and pass the tests"
	@echo "make check  linters, strict types, tests"
	@echo "make prove  the long proofs at full counts"
	@echo "make bench  heldby beside its peers (needs ../shared)"
	@echo "make model  train a small parser for --engine spacy (UD=FOLDER of a treebank)"

# venv where Python has it, else virtualenv from the registry, kept inside the checkout.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "heldby needs Python 3.11 or newer: make PYTHON=python3.11 ..."; exit 1; }
	@echo "setting up $(VENV)"
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV); \
	  $(PYTHON) -m pip --disable-pip-version-check --quiet install --target .bootstrap virtualenv && PYTHONPATH=.bootstrap $(PYTHON) -m virtualenv --quiet $(VENV); }

$(VENV)/.demo-ready: pyproject.toml constraints.txt | $(BIN)/python
	@$(PIP) --editable '.[map]'
	@touch $@

$(VENV)/.setup-ready: pyproject.toml constraints.txt | $(BIN)/python
	@$(PIP) --editable '.[all]'
	@touch $@ $(VENV)/.demo-ready

$(VENV)/.test-ready: pyproject.toml constraints.txt | $(BIN)/python
	@$(PIP) --editable '.[all,dev]'
	@touch $@ $(VENV)/.setup-ready $(VENV)/.demo-ready

setup: $(VENV)/.setup-ready
	@echo "heldby is set up; put it on your path: export PATH=\"$(CURDIR)/$(BIN):\$$PATH\""

page:
	@$(PYTHON) page/build.py

demo: $(VENV)/.demo-ready
	@$(BIN)/heldby demo --out $(OUT)

test: $(VENV)/.test-ready
	@$(KEEP_COMPILED) $(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(TESTS)

check: $(VENV)/.test-ready
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy
	@$(MAKE) --no-print-directory test

prove: $(VENV)/.test-ready
	@$(KEEP_COMPILED) HELDBY_PROVE=1 $(BIN)/python -m pytest -q -m prove $(TESTS)

GOLD := ../shared/gold
bench: $(VENV)/.test-ready
	@run() { echo "== $$*"; $(BIN)/python "$$@" || exit 1; echo; }; \
	  run bench/check_theatre.py; run bench/check_demo_truth.py; run bench/demo_reading.py; run bench/demo_accuracy.py; run bench/weigh_speed.py; run bench/weigh_kernels.py; \
	  run bench/read_reports.py; \
	  run bench/publish_speed.py; \
	  run bench/web_load.py; \
	  for b in read_gold places_gold actors_gold locate_gold voices_gold tallies_gold; do run bench/$$b.py $(GOLD)/portal.jsonl $(GOLD)/wire.jsonl; done

# A parser of one's own for `--engine spacy`, from a Universal Dependencies treebank of English (docs/decisions/0002-second-engines.md).
UD ?= ../shared/data/ud_english
MODEL ?= build/parser
model: $(VENV)/.test-ready
	@$(PIP) --editable '.[all,dev,spacy]'
	@$(BIN)/python tools/train_parser.py $(UD) --out $(MODEL)
	@echo "now: heldby read --engine spacy --engine-model $(MODEL)/model-last FILE"

# The world's places come from packages too large to install with heldby; the compact index they give is committed.
world-index: $(VENV)/.test-ready
	@$(PIP) '.[world]'
	@$(BIN)/python tools/build_world_index.py

clean:
	@rm -rf $(VENV) .bootstrap $(OUT) build dist page/node_modules src/heldby/web/static .mypy_cache .ruff_cache .pytest_cache .hypothesis
