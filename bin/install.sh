#!/usr/bin/env bash
# Makes .venv from the lock file: uv when it is there (seconds), otherwise pip. Safe to repeat; offline once done.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-}
if [ -z "$python" ]; then
  for name in python3.11 python3.12 python3.13 python3; do
    if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
      python=$name; break
    fi
  done
fi
[ -n "$python" ] || { echo "Everysite needs Python 3.11 or newer. Install it, then run make again."; exit 1; }
stamp=$(cat requirements.lock pyproject.toml | sha256sum | cut -d' ' -f1)
if [ -f .venv/.installed ] && [ "$(cat .venv/.installed)" = "$stamp" ]; then touch .venv/.installed; exit 0; fi
echo "Installing Everysite's libraries into .venv (once) ..."
if command -v uv >/dev/null; then
  [ -x .venv/bin/python ] || uv venv -q --python "$python" .venv
  uv pip install -q --python .venv/bin/python --require-hashes -r requirements.lock
  uv pip install -q --python .venv/bin/python --no-deps --no-build-isolation -e .
else
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  .venv/bin/python -m pip install --disable-pip-version-check --progress-bar on -q --require-hashes -r requirements.lock
  .venv/bin/python -m pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e .
fi
echo "$stamp" > .venv/.installed
echo "Installed."
