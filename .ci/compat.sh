#!/usr/bin/env bash
# Runs the packed package under the supported Vitest majors and Node.js versions, in threads and in forks: the examples
# and a smoke test. The last line is `N passed, N failed`; JSON reports go to CDC_TEST_REPORT_DIR.
set -uo pipefail
source "$(dirname "$0")/../test/compat/packed-project.sh"
export CI=true

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
TMPDIR=$(temporary_folder "$work") || exit 1
export TMPDIR
reports=${CDC_TEST_REPORT_DIR:-$work/reports}
mkdir -p "$reports"
reports=$(cd "$reports" && pwd)
table=$work/table
passed=0
failed=0

# count ROW PASSED FAILED SECONDS
count() {
  printf '%s  %3d passed  %3d failed  %3d s\n' "$1" "$2" "$3" "$4" >>"$table"
  passed=$((passed + $2))
  failed=$((failed + $3))
}

# use NODE: makes that Node.js the one that everything below runs on.
original=$PATH
use() {
  PATH=$original
  if ! PATH=$(node_path "$1"); then
    PATH=$original
    count "Node.js $1 could not be run" 0 1 0
    return 1
  fi
}

# run NODE VITEST POOL PROJECT…
run() {
  local node=$1 vitest=$2 pool=$3 good bad started
  shift 3
  for project in "$@"; do
    started=$SECONDS
    read -r good bad <<<"$(COMPAT_POOL=$pool run_vitest "$work/vitest-$vitest/$project" \
      "$reports/compat-node$node-vitest$vitest-$pool-$project.json" --pool="$pool" 2>"$work/output")"
    # What a run printed is of interest only when it has failed.
    [ "$bad" = 0 ] || cat "$work/output"
    count "$(printf 'Node.js %s  Vitest %s  %-7s  %-13s' "$node" "$vitest" "$pool" "$project")" "$good" "$bad" $((SECONDS - started))
    tail -1 "$table"
  done
}

tarball=$(pack "$work") || exit 1
sources=("$repository"/examples/*/ "$repository/test/compat/smoke")
projects=()
for source in "${sources[@]}"; do projects+=("$(basename "$source")"); done

if use 20 && install_projects "$work/vitest-4" "$tarball" '~4.1.0' "${sources[@]}"; then
  for pool in threads forks; do run 20 4 "$pool" "${projects[@]}"; done
else
  count 'Vitest 4 could not be installed' 0 1 0
fi
if use 24 && install_projects "$work/vitest-5" "$tarball" '^5.0.0' "${sources[@]}"; then
  for pool in threads forks; do run 24 5 "$pool" "${projects[@]}"; done
  if use 22; then
    for pool in threads forks; do run 22 5 "$pool" smoke; done
  fi
else
  count 'Vitest 5 could not be installed' 0 1 0
fi

echo
cat "$table"
echo "$passed passed, $failed failed in $SECONDS s"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
