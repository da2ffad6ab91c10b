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

install() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 1
  export DEBIAN_FRONTEND=noninteractive
  timeout 300 apt-get install --yes --no-install-recommends "${missing[@]}" && return
  timeout 120 apt-get update && timeout 300 apt-get install --yes --no-install-recommends "${missing[@]}"
}

if [ ${#missing[@]} -gt 0 ]; then
  log=$(install 2>&1) || tail -n 5 <<<"$log"
fi
npm run test:clients </dev/null
