# Two commands matter: `make demo` and `make test`. `make help` lists the rest.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
SERVE ?= $(or $(DEMO_SERVE),1)
export UV_SYSTEM_CERTS := 1
export PYTHONUNBUFFERED := 1
.DEFAULT_GOAL := help
.PHONY: help demo serve test test-servers check lint types contracts sizes django-checks messages lock bench clean

help:  ## Show this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*##/\t/' | expand -t 16

.venv/bin/uv: requirements/uv.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

.venv/base.stamp: .venv/bin/uv requirements/base.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/base.txt
	@touch $@

.venv/dev.stamp: .venv/base.stamp requirements/dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

.venv/bench.stamp: .venv/dev.stamp requirements/bench.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/bench.txt
	@touch $@

MO := locale/zh_Hans/LC_MESSAGES/django.mo locale/unfold/zh_Hans/LC_MESSAGES/django.mo
%.mo: %.po .venv/base.stamp
	@$(BIN)/pybabel --quiet compile --locale zh_Hans --input-file $< --output-file $@

demo: .venv/base.stamp $(MO)  ## Install, make the demo shop, run the night, serve at 127.0.0.1:8000 (DEMO_SERVE=0: don't serve)
	$(BIN)/python manage.py demo
	@if [ "$(SERVE)" != 0 ]; then exec $(BIN)/python manage.py up; fi

serve: .venv/base.stamp $(MO)  ## Serve the shop that is there
	exec $(BIN)/python manage.py up

test: .venv/dev.stamp $(MO)  ## Run the whole suite with its coverage gate
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term --durations=10

test-servers: .venv/dev.stamp $(MO)  ## Run the suite on PostgreSQL and Redis (local servers are started where none is named)
	$(BIN)/python -m tests.servers -- $(BIN)/python -m pytest -n 2 -q

check: lint types contracts sizes django-checks test-servers test  ## All that CI runs

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell $$(git ls-files '*.py' '*.md' '*.html' '*.toml')

types: .venv/dev.stamp
	$(BIN)/mypy .

contracts: .venv/dev.stamp
	$(BIN)/lint-imports

sizes: .venv/base.stamp  ## Lengths of files and functions (information, not a gate)
	@$(BIN)/python scripts/sizes.py

django-checks: .venv/dev.stamp $(MO)
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python scripts/translations.py
	PRODUCTION=1 SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') ALLOWED_HOSTS=shop.example \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

messages: .venv/dev.stamp  ## Collect translatable strings (needs gettext) and compile the catalogue
	$(BIN)/python manage.py makemessages --locale zh_Hans --no-wrap --no-location --ignore var --ignore tests
	$(MAKE) $(MO)

lock: .venv/bin/uv  ## Pin the dependencies anew
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements/base.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml --group dev -c requirements/base.txt -o requirements/dev.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml --group dev --group bench -c requirements/dev.txt -o requirements/bench.txt
	echo uv | $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header - -o requirements/uv.txt

bench: .venv/bench.stamp $(MO)  ## Print every figure and rewrite docs/benchmarks.md
	$(BIN)/python -m tests.servers -- $(BIN)/python -m benchmarks

clean:  ## Remove the virtual environment and the demo shop
	rm -rf .venv var
