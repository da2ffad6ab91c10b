#!/usr/bin/env bash
# Packs the package into the file that is named, and looks at it as publint and attw do.
set -euo pipefail
source "$(dirname "$0")/project.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$(pack "$work")" "${1:-$work/packed.tgz}"
cd "$repository"
npx publint run --strict "$work/vitest-cloudberry-cdc.tgz"
npx attw --profile esm-only "$work/vitest-cloudberry-cdc.tgz"
