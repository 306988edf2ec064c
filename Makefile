# One menu. Everything needs Python ≥ 3.11, make and the package registries; nothing else.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
export PYTHONUTF8 := 1

.PHONY: help demo test attack georeport check faults bench failover sbom audit install install-dev clean

help: ## what can be done here
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: install ## install, fill a demo county and serve it on 127.0.0.1:8000 (PORT=8001 for another)
	@$(BIN)/tongban demo --port $(PORT)

test: install-dev ## run the whole test suite (starts its own PostgreSQL)
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

attack: install-dev ## send the API many requests made from its own description (ATTACKS=50 of each operation)
	@ATTACKS=$(or $(ATTACKS),50) $(BIN)/pytest -n 0 tests/api/test_attacked.py

georeport: install-dev var/open311-clients ## hold a running installation to Open311 with two clients of others (URL=… KEY=…)
	@$(BIN)/python -m benches.open311 $(or $(URL),http://127.0.0.1:$(PORT)) $(KEY)

check: install-dev ## style, types, import contracts, practices
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/tongban practice check practices

faults: install-dev ## kill, cut off, fill up and flood an installation, and see that nothing is lost (some minutes)
	TONGBAN_FAULTS=1 $(BIN)/pytest -n 0 -q -s -p no:randomly tests/faults

bench: install-dev ## measure, each figure beside the machine's own limit
	$(BIN)/python -m benches

failover: install-dev ## lose the primary of two databases while steps are taken, and count (as root)
	@$(BIN)/python -m benches.failover

sbom: install-dev ## write var/sbom.json: what runs in production, as CycloneDX
	@mkdir -p var
	@$(BIN)/cyclonedx-py requirements requirements/runtime.txt --output-format JSON --output-file var/sbom.json

audit: install-dev ## ask for known weaknesses of what is borrowed; says so where nobody answers
	@$(BIN)/python -m benches.audit

install: .venv/installed
install-dev: .venv/installed-dev

.venv/bin/python:
	@echo "▸ creating .venv"
	@$(PYTHON) -c 'import sys; sys.exit("tongban needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv .venv

.venv/installed: requirements/runtime.txt pyproject.toml | .venv/bin/python
	@echo "▸ installing locked dependencies (about a minute the first time)"
	@$(BIN)/python -m pip install --disable-pip-version-check -q --require-hashes -r requirements/runtime.txt
	@$(BIN)/python -m pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q src
	@touch $@

var/open311-clients: requirements/open311-clients.txt
	@$(PYTHON) -m venv $@
	@$@/bin/python -m pip install --disable-pip-version-check -q --no-deps --require-hashes -r $<
	@touch $@

.venv/installed-dev: requirements/dev.txt .venv/installed
	@echo "▸ installing locked development dependencies"
	@$(BIN)/python -m pip install --disable-pip-version-check -q --require-hashes -r requirements/dev.txt
	@touch $@

clean: ## remove the virtual environment and caches (never var/, which holds the demo county)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build *.egg-info src/*.egg-info
	find src tests benches docs -name __pycache__ -type d -exec rm -rf {} +
