#!/usr/bin/env bash
# Reads a table through the drivers of many databases, in several time zones. Those of MySQL and MariaDB need a server:
# Debian's mariadb-server, which is installed when it is missing (as root), and which the tests start themselves. Where it
# cannot be had they are skipped, and one line says so. CDC_TEST_REPORT names the file for Vitest's report.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

if [ ! -x /usr/sbin/mariadbd ] && ! command -v mariadbd >/dev/null; then
  bash .ci/install-debian.sh mariadb-server
fi
npm run test:drivers </dev/null
