#!/usr/bin/env bash
# Reads the same rows with every driver of docs/drivers.md. MariaDB is installed where that can be done (Debian's
# mariadb-server, as root); without it the tests that need one are left out, and a line says so.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

PATH=$PATH:/usr/sbin
if ! command -v mariadbd >/dev/null && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  install=(timeout 300 apt-get install --yes --no-install-recommends mariadb-server)
  export DEBIAN_FRONTEND=noninteractive
  { "${install[@]}" || { timeout 120 apt-get update && "${install[@]}"; }; } >"$log" 2>&1 </dev/null ||
    { tail -n 5 "$log"; echo 'apt-get could not install mariadb-server.'; }
fi
npm run test:drivers
