#!/usr/bin/env bash
# Checks that imports run one way, as .dependency-cruiser.mjs says. dependency-cruiser is installed here, apart from the
# project, as it reads TypeScript by the API of TypeScript 6, which version 7 does not have.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1

here=.ci/imports
npm ls --prefix "$here" >/dev/null 2>&1 || npm ci --prefix "$here" --no-audit --no-fund --loglevel=error || exit 1
output=$("$here/node_modules/.bin/depcruise" --config .dependency-cruiser.mjs src fixtures)
status=$?
echo "$output"
# Without a TypeScript that it can use, it would see nothing and find nothing wrong.
seen=$(sed -nE 's/.*[ (]([0-9]+) modules, [0-9]+ dependencies cruised.*/\1/p' <<<"$output")
files=$(find src fixtures -name '*.ts' | wc -l)
if [ "${seen:-0}" -lt "$files" ]; then
  echo "imports: $files files, but only ${seen:-0} modules were seen"
  status=1
fi
exit "$status"
