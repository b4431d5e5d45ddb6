# DataBroker's commands. `make help` lists them; the README says what each is for.
.DEFAULT_GOAL := help
.NOTPARALLEL:
SHELL := /bin/sh
PY := .venv/bin/python
PORT ?= 8000
export PORT
export PIP_DISABLE_PIP_VERSION_CHECK := 1
PYTEST := $(PY) -m pytest -n 2

# The environment that `check --deploy` judges: what a production host would set, with throwaway values.
DEPLOY_ENV := DEBUG=0 DEMO=0 SECRET_KEY=check-only-$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))') \
	ALLOWED_HOSTS=data.example.org CSRF_TRUSTED_ORIGINS=https://data.example.org SITE_URL=https://data.example.org \
	DATABASE_URL=postgres://databroker@db.example.org/databroker EMAIL_URL=smtp://mail.example.org:25 \
	DEFAULT_FROM_EMAIL=desk@example.org

.PHONY: help
help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | \
		while IFS='|' read -r name text; do printf '  make %-10s %s\n' "$$name" "$$text"; done

# ---- the environment -------------------------------------------------------------------------------------------

.PHONY: setup
setup: ## create .venv and install the pinned requirements (does nothing when they are in place)
	@$(call install,requirements.txt)

.PHONY: setup-tests
setup-tests: setup
	@$(call install,tests/requirements.txt)

# A copy of what was installed lies in .venv; equal files mean no pip and no network.
define install
	set -e; \
	if ! $(PY) -c '$(SUPPORTED)' 2>/dev/null; then \
		python=""; \
		for name in $(PYTHON) python3.11 python3.12 python3.13 python3 python; do \
			if "$$name" -c '$(SUPPORTED); import venv, ensurepip' >/dev/null 2>&1; then python="$$name"; break; fi; \
		done; \
		if [ -z "$$python" ]; then \
			echo "DataBroker needs Python 3.11, 3.12 or 3.13 with its venv module; none was found here." >&2; \
			echo "Install one (Debian: apt-get install python3 python3-venv) or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; \
			exit 1; \
		fi; \
		echo "Creating .venv with $$("$$python" --version) ..."; \
		rm -rf .venv; "$$python" -m venv .venv; \
	fi; \
	stamp=".venv/installed-$$(echo $(1) | tr '/' '-')"; \
	if ! cat requirements.txt $(1) | cmp -s - "$$stamp"; then \
		echo "Installing $(1) (the first time takes a minute or two) ..."; \
		$(PY) -m pip install --require-virtualenv -qq -r $(1); \
		cat requirements.txt $(1) > "$$stamp"; \
	fi
endef
SUPPORTED := import sys; sys.exit((3, 11) > sys.version_info[:2] or sys.version_info[:2] > (3, 13))

# ---- running ---------------------------------------------------------------------------------------------------

.PHONY: run
run: setup ## take the bundled sample from upload to paid download, then serve on http://127.0.0.1:8000 (PORT= to change)
	@DEMO=1 DEBUG=1 LOG_LEVEL=$${LOG_LEVEL:-WARNING} $(PY) manage.py demo
	@export DEMO=1 DEBUG=1 LOG_LEVEL=$${LOG_LEVEL:-WARNING}; exec $(PY) manage.py serve

.PHONY: worker
worker: setup ## the background worker alone (`make run` starts one beside the web server)
	@exec $(PY) manage.py qcluster

.PHONY: services
services: setup-tests ## start a real PostgreSQL and Redis that the tests can use; STOP=1 stops them
	@$(PY) -m tests.support.services $(if $(STOP),stop,start)

# ---- testing ---------------------------------------------------------------------------------------------------

.PHONY: test
test: setup-tests ## the suite; on PostgreSQL too while `make services` are up
	@url="$$($(PY) -m tests.support.services database-url)"; \
	if [ -n "$$url" ]; then \
		echo "The database-sensitive part on PostgreSQL:"; \
		DATABASE_URL="$$url" $(PYTEST) -m postgres || exit 1; \
	fi
	@echo "The whole suite on SQLite:"
	@env -u DATABASE_URL $(PYTEST)

.PHONY: fast
fast: setup-tests ## the suite without browser and journeys
	@$(PYTEST) -q -m "not browser" --ignore=tests/journeys --ignore=tests/browser

.PHONY: soak
soak: setup-tests ## the long runs (faults, fuzz, many records); seeds are printed, the output is kept in docs/measured
	@mkdir -p docs/measured; \
	$(PY) -m pytest -m soak -s > docs/measured/soak.txt 2>&1; code=$$?; cat docs/measured/soak.txt; exit $$code

.PHONY: bench
bench: setup-tests ## rates of the engine on this machine, kept in docs/measured
	@mkdir -p docs/measured && $(PY) -m tests.bench.rates > docs/measured/bench.txt && cat docs/measured/bench.txt

.PHONY: accuracy
accuracy: setup-tests ## the engine's findings beside the known truth of evaluation data, kept in docs/measured
	@mkdir -p docs/measured && $(PY) -m tests.bench.accuracy > docs/measured/accuracy.txt && cat docs/measured/accuracy.txt

# ---- checking --------------------------------------------------------------------------------------------------

.PHONY: lint
lint: setup-tests
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@git ls-files '*.html' | grep -v '^static/vendor/' | xargs -r $(PY) -m djhtml --check --tabwidth 2

.PHONY: types
types: setup-tests
	@$(PY) -m mypy databroker suppliers refinery marketplace

.PHONY: imports
imports: setup-tests
	@$(PY) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()' --no-cache

.PHONY: check
check: lint types imports ## everything that CI runs
	@SECRET_KEY=check-only $(PY) manage.py makemigrations --check --dry-run
	@$(DEPLOY_ENV) $(PY) manage.py check --deploy --fail-level WARNING
	@SECRET_KEY=check-only $(PY) manage.py licences --check
	@$(MAKE) --no-print-directory test
