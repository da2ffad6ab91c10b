#!/usr/bin/env bash
# Runs the tests that look at pages in a browser: with the Chromium of CHROMIUM, else Debian's, which is installed when it
# is missing (as root). `browser-tests.sh test:ui` runs those of Vitest's own pages. CDC_TEST_REPORT names the file for
# Vitest's report, CDC_TEST_SCREENSHOTS a folder for pictures.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

install() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 1
  export DEBIAN_FRONTEND=noninteractive
  timeout 400 apt-get install --yes --no-install-recommends chromium && return
  timeout 120 apt-get update && timeout 400 apt-get install --yes --no-install-recommends chromium
}

if [ -z "${CHROMIUM:-}" ] && ! command -v chromium >/dev/null; then
  log=$(install 2>&1) || tail -n 5 <<<"$log"
fi
[ -n "${CHROMIUM:-}" ] || CHROMIUM=$(command -v chromium || command -v google-chrome)
export CHROMIUM
npm run "${1:-test:browser}" </dev/null
