#!/usr/bin/env bash
# Runs examples/ against the packed package, each as a user would: with this Node.js and Vitest 4.1, in forks. Arguments
# name some of them: `npm run suite examples -- quick-start`.
# The last line is `N passed, N failed`; JSON reports go to CDC_TEST_REPORT_DIR.
set -uo pipefail
source "$(dirname "$0")/project.sh"
export CI=true
# What is done at every place, in every way, takes minutes.
vitest_seconds=480

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
TMPDIR=$(temporary_folder "$work") || exit 1
export TMPDIR
reports=${CDC_TEST_REPORT_DIR:-$work/reports}
mkdir -p "$reports"
reports=$(cd "$reports" && pwd)

names=("$@")
# What has no configuration of its own is a suite of the repository.
[ $# -gt 0 ] || names=($(cd "$repository/examples" && dirname -- */vitest.config.ts))
tarball=$(pack "$work") || exit 1
install_projects "$work/examples" "$tarball" '~4.1.0' "${names[@]/#/$repository/examples/}" || exit 1

passed=0
failed=0
for example in "$work"/examples/*/; do
  name=$(basename "$example")
  [ "$name" = node_modules ] && continue
  started=$SECONDS
  if ! (cd "$example" && npm run --silent typecheck </dev/null); then
    echo "examples: $name: types do not fit"
    failed=$((failed + 1))
  fi
  read -r good bad <<<"$(run_vitest "$example" "$reports/example-$name.json" --pool=forks)"
  echo "examples: $name: $good passed, $bad failed in $((SECONDS - started)) s"
  passed=$((passed + good))
  failed=$((failed + bad))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
