# What a developer types. Everything else is in CONTRIBUTING.md.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SETUP := $(VENV)/installed
MIN := .venv-min

# A lock names all that it installs, so nothing is resolved: pip before 23.3 resolves extras anew, to what came out since.
LOCKED := -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r
OURSELVES := -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
CHECK := -m pip check --quiet --disable-pip-version-check

# A caller's PYTHONDONTWRITEBYTECODE would double the start-up time that users see.
export PYTHONDONTWRITEBYTECODE =

.PHONY: demo case test test-root test-cluster test-fast test-mindeps lint bench fuzz mutation docs lock setup tools clean

demo: setup  ## render the example chart with real Helm 3 and 4 through spk-macvlan, and show what changed
	@$(BIN)/python -m tools.demo

case: setup  ## show one golden case: `make case CASE=hooks/skipped`; where several names fit, list them
	@$(BIN)/python -m tools.case $(CASE)

test: lint tools  ## everything that CI runs
	$(BIN)/pytest -n auto --dist worksteal

test-root: tools  ## what is left out for others: network namespaces, and an image of another user
	@test "$$(id -u)" = 0 || { echo "make test-root: run it as root" >&2; exit 1; }
	$(BIN)/pytest -n auto --dist worksteal -m root

test-cluster: setup  ## releases on a real control plane, built once from Go modules (half an hour)
	$(BIN)/pytest -n 0 tests/cluster

test-fast: setup  ## the edit loop: no real binaries
	$(BIN)/pytest -q -m "not hosts and not root"

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

docs: setup  ## write what is made: from the rules, the messages, the parser, the schema, and what the commands of the pages print
	$(BIN)/python -m tools.rules_registry > postrender/rules/registry.py
	$(BIN)/python -m tools.rules_types > tests/rules/protocols.py
	$(BIN)/python -m tools.rules_page > docs/rules.md
	$(BIN)/python -m tools.reference_page > docs/reference.md
	$(BIN)/python -m tools.message_tables
	$(BIN)/python -m tools.transcripts
	$(BIN)/python -m tools.picture > docs/terminal.svg

bench: setup  ## beside kustomize and the bare interpreter, as ratios
	$(BIN)/python -m benchmarks --require by-name=6.5 by-position=3.5 interpreter=2.2

test-mindeps: $(MIN)/installed  ## the tests without real binaries, on the lowest versions that pyproject.toml admits
	$(MIN)/bin/pytest -q -n auto --dist worksteal -m "not hosts and not root"

$(MIN)/installed: requirements/dev.txt requirements/minimum.txt pyproject.toml
	$(PYTHON) -m venv $(MIN)
	$(MIN)/bin/python $(LOCKED) requirements/dev.txt
	$(MIN)/bin/python $(LOCKED) requirements/minimum.txt --only-binary :all:
	$(MIN)/bin/python $(OURSELVES)
	$(MIN)/bin/python $(CHECK)
	@touch $@

fuzz: setup  ## random streams with all of YAML in them, first guided by coverage, last for other readers
	$(BIN)/python $(LOCKED) requirements/fuzz.txt
	$(BIN)/python -m fuzz --coverage 60
	$(BIN)/python -m fuzz --streams 20000 --seed 1
	$(BIN)/python -m fuzz --verbs --streams 2000 --seed 1
	$(BIN)/python -m fuzz --readers --streams 5000 --seed 1

mutation: setup  ## change the core in ways that a test must notice
	$(BIN)/python $(LOCKED) requirements/mutation.txt
	$(BIN)/python $(CHECK)
	$(BIN)/python -m tools.mutation --sample 260

tools: setup  ## fetch Helm, kubectl, kustomize and the macvlan plugin into the cache, or build them
	@$(BIN)/python -m tools.binaries > /dev/null

setup: $(SETUP)

$(SETUP): requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python $(LOCKED) requirements/dev.txt
	$(BIN)/python $(OURSELVES)
	$(BIN)/python $(CHECK)
	$(BIN)/python -m compileall -q postrender
	@touch $@

lock:  ## pin the development dependencies anew (needs uv)
	uv pip compile --no-config --no-python-downloads --universal --generate-hashes --python-version 3.10 \
	  --custom-compile-command 'make lock' -o requirements/dev.txt requirements/dev.in
	uv pip compile --no-config --no-python-downloads --universal --generate-hashes --python-version 3.10 \
	  -c requirements/dev.txt --custom-compile-command 'make lock' -o requirements/mutation.txt requirements/mutation.in
	uv pip compile --no-config --no-python-downloads --universal --generate-hashes --python-version 3.10 \
	  --resolution lowest-direct --custom-compile-command 'make lock' -o requirements/minimum.txt pyproject.toml

clean:
	rm -rf $(VENV) $(MIN) .venv-pythons build dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
