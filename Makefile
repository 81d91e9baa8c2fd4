# The commands for developers; CONTRIBUTING.md explains them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SETUP := $(VENV)/installed
MIN := .venv-min

# A lock file lists every package, so pip need not resolve dependencies: before 23.3, pip would install the newest
# versions of extras.
LOCKED := -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r
OURSELVES := -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
CHECK := -m pip check --quiet --disable-pip-version-check

# Ignore the caller's PYTHONDONTWRITEBYTECODE: without bytecode, the program takes twice as long to start.
export PYTHONDONTWRITEBYTECODE =

.PHONY: demo case test test-root test-cluster test-fast test-mindeps lint bench fuzz mutation docs lock setup tools clean

demo: setup  ## render the example chart with real Helm 3 and 4 through spk-macvlan, and show the changes
	@$(BIN)/python -m tools.demo

case: setup  ## show a golden case, such as `make case CASE=hooks/skipped`; if several cases match, list them
	@$(BIN)/python -m tools.case $(CASE)

test: lint tools  ## run everything that CI runs as an ordinary user
	$(BIN)/pytest -n auto --dist worksteal

test-root: tools  ## run the tests that need root, which create network namespaces or run programs as another user
	@test "$$(id -u)" = 0 || { echo "make test-root must run as root" >&2; exit 1; }
	$(BIN)/pytest -n auto --dist worksteal -m root

test-cluster: setup  ## test Helm releases on a real control plane; the first run takes half an hour, to build it
	$(BIN)/pytest -n 0 tests/cluster

test-fast: setup  ## run the tests that need no Helm, kubectl or kustomize, for use while editing
	$(BIN)/pytest -q -m "not hosts and not root"

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

docs: tools  ## write the generated files and the generated parts of pages
	$(BIN)/python -m tools.rules_registry > postrender/rules/registry.py
	$(BIN)/python -m tools.rules_types > tests/rules/protocols.py
	$(BIN)/python -m tools.rules_page > docs/rules.md
	$(BIN)/python -m tools.reference_page > docs/reference.md
	$(BIN)/python -m tools.message_tables
	$(BIN)/python -m tools.transcripts
	$(BIN)/python -m tools.picture > docs/terminal.svg
	$(BIN)/python -m tests.hosts.equivalence

bench: setup  ## compare the speed with kustomize, the bare interpreter and plain Helm, as ratios
	$(BIN)/python -m benchmarks --require by-name=6.5 by-position=3.5 interpreter=2.2
	$(BIN)/python -m benchmarks.plugin --require 2

test-mindeps: $(MIN)/installed  ## run the same tests as test-fast, with the lowest versions that pyproject.toml allows
	$(MIN)/bin/pytest -q -n auto --dist worksteal -m "not hosts and not root"

$(MIN)/installed: requirements/dev.txt requirements/minimum.txt pyproject.toml
	$(PYTHON) -m venv $(MIN)
	$(MIN)/bin/python $(LOCKED) requirements/dev.txt
	$(MIN)/bin/python $(LOCKED) requirements/minimum.txt --only-binary :all:
	$(MIN)/bin/python $(OURSELVES)
	$(MIN)/bin/python $(CHECK)
	@touch $@

fuzz: setup  ## convert random streams that use all features of YAML, and check the results
	$(BIN)/python $(LOCKED) requirements/fuzz.txt
	$(BIN)/python -m fuzz --coverage 60
	$(BIN)/python -m fuzz --streams 20000 --seed 1
	$(BIN)/python -m fuzz --verbs --streams 2000 --seed 1
	$(BIN)/python -m fuzz --readers --streams 5000 --seed 1

mutation: setup  ## make random changes to the core code, and check that the tests notice them
	$(BIN)/python $(LOCKED) requirements/mutation.txt
	$(BIN)/python $(CHECK)
	$(BIN)/python -m tools.mutation --sample 260

tools: setup  ## download Helm, kubectl, kustomize and the macvlan plugin into the cache, or build them
	@$(BIN)/python -m tools.binaries > /dev/null

setup: $(SETUP)

$(SETUP): requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python $(LOCKED) requirements/dev.txt
	$(BIN)/python $(OURSELVES)
	$(BIN)/python $(CHECK)
	$(BIN)/python -m compileall -q postrender
	@touch $@

lock:  ## update the pinned development dependencies (needs uv)
	uv pip compile --no-config --no-python-downloads --universal --generate-hashes --python-version 3.10 \
	  --custom-compile-command 'make lock' -o requirements/dev.txt requirements/dev.in
	uv pip compile --no-config --no-python-downloads --universal --generate-hashes --python-version 3.10 \
	  -c requirements/dev.txt --custom-compile-command 'make lock' -o requirements/mutation.txt requirements/mutation.in
	uv pip compile --no-config --no-python-downloads --universal --generate-hashes --python-version 3.10 \
	  --resolution lowest-direct --custom-compile-command 'make lock' -o requirements/minimum.txt pyproject.toml

clean:
	rm -rf $(VENV) $(MIN) .venv-pythons build dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
