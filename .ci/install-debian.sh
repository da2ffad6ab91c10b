#!/usr/bin/env bash
# Installs packages of Debian, as root and where there is apt-get: `install-debian.sh mariadb-server`. Where it cannot, the
# tests that need them are skipped, and say so; here are the last lines of why.
set -uo pipefail

install() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 1
  export DEBIAN_FRONTEND=noninteractive
  timeout 300 apt-get install --yes --no-install-recommends "$@" && return
  timeout 120 apt-get update && timeout 300 apt-get install --yes --no-install-recommends "$@"
}

log=$(install "$@" 2>&1) || tail -n 5 <<<"$log"
