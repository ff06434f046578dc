#!/usr/bin/env bash
# Style, import contracts, types, migrations, deployment settings, docs. Says what passed in the last line.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
export EVERYSITE_HOME="${EVERYSITE_HOME:-$(mktemp -d)}" DJANGO_SETTINGS_MODULE=everysite.settings
failed=()
step() { local name=$1; shift; if out=$("$@" 2>&1); then echo "ok   $name"; else echo "FAIL $name"; echo "$out" | tail -60; failed+=("$name"); fi; }
step "style (ruff)" $bin/ruff check everysite tests bench bin
step "format (ruff)" $bin/ruff format --check -q everysite tests bench bin
step "import contracts" $bin/lint-imports
step "types (mypy)" $bin/mypy --no-error-summary
step "migrations are whole" $bin/python -m django makemigrations --check --dry-run
step "system check" $bin/python -m django check --fail-level WARNING
step "reference is up to date" $bin/python bin/reference.py --check
if [ ${#failed[@]} -eq 0 ]; then echo "make check: all passed"; else echo "make check: FAILED: ${failed[*]}"; exit 1; fi
