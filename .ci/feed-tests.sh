#!/usr/bin/env bash
# Captures streams by many tools and replays what they told. Some need servers: Debian's postgresql-15, its wal2json, and
# mariadb-server, which are installed when they are missing (as root), and which the tests start themselves. Where they
# cannot be had those rows are skipped, and one line says so. CDC_TEST_REPORT names the file for Vitest's report.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

missing=()
[ -x /usr/lib/postgresql/15/bin/postgres ] || missing+=(postgresql-15)
[ -e /usr/lib/postgresql/15/lib/wal2json.so ] || missing+=(postgresql-15-wal2json)
[ -x /usr/sbin/mariadbd ] || command -v mariadbd >/dev/null || missing+=(mariadb-server)
[ "${#missing[@]}" -eq 0 ] || bash .ci/install-debian.sh "${missing[@]}"
npm run test:feeds </dev/null
