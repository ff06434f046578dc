#!/usr/bin/env bash
# Installs what the tests need when it may, runs them all, and says what passed in its last line.
set -uo pipefail
cd "$(dirname "$0")/.."
unset PYTHONDONTWRITEBYTECODE
need() { # command, Debian package, what is skipped without it
  command -v "$1" >/dev/null && return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && [ -z "${EVERYSITE_NO_APT:-}" ]; then
    echo "Installing $2 ..."
    { [ -n "${apt_updated:-}" ] || apt-get update -qq; } >/dev/null 2>&1; apt_updated=1
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$2" >/dev/null 2>&1 && return 0
  fi
  echo "Not here: $1. Without it $3 are skipped. To run them: apt-get install $2"
}
need chromium chromium "the journeys in a real browser"
need pdftotext poppler-utils "the checks of PDF pages"
[ -x "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null | head -1)" ] || need initdb postgresql "the tests on PostgreSQL"
mark=(-m "not heavy")
if [ "${1:-}" = "--heavy" ]; then mark=(-m "heavy or hypothesis" --timeout 3600); export EVERYSITE_HEAVY=1; fi
workers=${EVERYSITE_TEST_WORKERS:-$(nproc 2>/dev/null || echo 2)}
start=$(date +%s)
.venv/bin/python -m pytest -n "$workers" --dist loadscope "${mark[@]}" tests; code=$?
echo "make test: exit $code after $(( $(date +%s) - start )) seconds"
exit $code
