#!/usr/bin/env bash
# Makes .venv from the lock files: uv when it is there (seconds), otherwise pip. Safe to repeat; offline once done.
# `bin/install.sh` installs what runs the product; `bin/install.sh dev` adds what tests and checks it;
# `bin/install.sh ner` adds the language model, `cluster` what works on many machines, `slides` scorecards as slides.
set -euo pipefail
cd "$(dirname "$0")/.."
part=${1:-run}
lock=requirements.lock
[ "$part" = run ] || lock=requirements-$part.lock
[ -f "$lock" ] || { echo "There is no part called $part. Use one of: run, dev, ner, cluster, slides."; exit 2; }
mark=.venv/.installed-$part
python=${PYTHON:-}
if [ -z "$python" ]; then
  for name in python3.11 python3.12 python3.13 python3; do
    if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
      python=$name; break
    fi
  done
fi
[ -n "$python" ] || { echo "Everysite needs Python 3.11 or newer. Install it, then run make again."; exit 1; }
stamp=$(cat "$lock" pyproject.toml | sha256sum | cut -d' ' -f1)
if [ -f "$mark" ] && [ "$(cat "$mark")" = "$stamp" ]; then touch "$mark"; exit 0; fi
echo "Installing Everysite's libraries into .venv (once; half a minute to two) ..."
if command -v uv >/dev/null; then
  [ -x .venv/bin/python ] || uv venv -q --python "$python" .venv
  uv pip install -q --python .venv/bin/python --require-hashes -r "$lock"
  uv pip install -q --python .venv/bin/python --no-deps --no-build-isolation -e .
else
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  .venv/bin/python -m pip install --disable-pip-version-check --no-compile -q --require-hashes -r "$lock"
  .venv/bin/python -m pip install --disable-pip-version-check --no-compile -q --no-deps --no-build-isolation -e .
fi
echo "$stamp" > "$mark"
echo "Installed."
