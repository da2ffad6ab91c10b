#!/usr/bin/env bash
# Runs everything through a connection pooler: Debian's pgbouncer, which is installed when it is missing (as root), and which
# the tests start themselves. Where it cannot be had they are skipped, and one line says so. CDC_TEST_REPORT names the file
# for Vitest's report.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

install() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 1
  export DEBIAN_FRONTEND=noninteractive
  timeout 300 apt-get install --yes --no-install-recommends pgbouncer && return
  timeout 120 apt-get update && timeout 300 apt-get install --yes --no-install-recommends pgbouncer
}

if [ ! -x /usr/sbin/pgbouncer ] && ! command -v pgbouncer >/dev/null; then
  log=$(install 2>&1) || tail -n 5 <<<"$log"
fi
npm run test:poolers </dev/null
