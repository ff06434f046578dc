# Everysite. `make` alone lists what there is.
PY := .venv/bin/python
PORT ?= 8000
export PYTHONUNBUFFERED = 1
# Compiled modules are kept: every command and every test that starts a process is faster for it.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test test-heavy check fix bench docs screenshots install install-dev clean

help: ## What there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

install: ## Make the environment (uv if it is there, otherwise pip)
	@bash bin/install.sh

install-dev: install ## Add what tests and checks need
	@bash bin/install.sh dev

demo: install ## Build the demo network, walk one learning through it, start the site (RESET=1 starts again)
	@$(PY) -m everysite demo --port $(PORT) $(if $(RESET),--reset) $(DEMO)

test: install-dev ## Install what is needed and pass everything
	@bash bin/test.sh

test-heavy: install-dev ## The long campaigns
	@bash bin/test.sh --heavy

check: install-dev ## Style, import contracts, types, migrations, docs
	@bash bin/check.sh

fix: install-dev ## Let the formatter mend what it can
	@.venv/bin/ruff check --fix everysite tests bench bin; .venv/bin/ruff format everysite tests bench bin

bench: install-dev ## Side-by-side benchmarks and speed goals
	@for b in bench/*/run.py; do echo "== $$b"; $(PY) $$b; done

docs: install-dev ## Write the reference from the code
	@$(PY) bin/reference.py

screenshots: install-dev ## Regenerate the pictures in README and docs
	@$(PY) bin/screenshots.py

clean: ## Remove the environment and the demo's data
	@rm -rf .venv var .pytest_cache .mypy_cache .ruff_cache
