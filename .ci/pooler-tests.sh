#!/usr/bin/env bash
# Runs everything through a connection pooler: Debian's pgbouncer, which is installed when it is missing (as root), and which
# the tests start themselves. Where it cannot be had they are skipped, and one line says so. CDC_TEST_REPORT names the file
# for Vitest's report.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

if [ ! -x /usr/sbin/pgbouncer ] && ! command -v pgbouncer >/dev/null; then
  bash .ci/install-debian.sh pgbouncer
fi
npm run test:poolers </dev/null
