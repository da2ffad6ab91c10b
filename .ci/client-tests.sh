#!/usr/bin/env bash
# Clients of several languages over a wire: psql of Debian's postgresql-client, Python and a JDK are installed when they
# are missing (as root). pgbench comes with the server's package, and is used where it is there. Clients that cannot be had
# are skipped, and a line says so. CDC_TEST_REPORT names the file for Vitest's report.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

missing=()
command -v psql >/dev/null || missing+=(postgresql-client)
python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
command -v javac >/dev/null || missing+=(default-jdk-headless)

[ "${#missing[@]}" -eq 0 ] || bash .ci/install-debian.sh "${missing[@]}"
npm run test:clients </dev/null
