#!/usr/bin/env bash
# Compares what every entry of the package exports, names and signatures, with docs/api, or writes it there (`--write`).
# API Extractor is installed here, apart from the project, as it brings a TypeScript of its own and few need it.
set -euo pipefail
cd "$(dirname "$0")/../.."

here=.ci/api
npm ls --prefix "$here" >/dev/null 2>&1 || npm ci --prefix "$here" --no-audit --no-fund --loglevel=error
npm run --silent build
node "$here/report.mjs" "$@"
