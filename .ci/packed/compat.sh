#!/usr/bin/env bash
# Runs the packed package under the supported Vitest majors and Node.js versions, in threads and in forks: a smoke test of
# every entry in all of them, the examples in one. What has passed must be what the table of docs/compatibility.md says;
# `--write` writes that table. The last line is `N passed, N failed`; JSON reports go to CDC_TEST_REPORT_DIR.
set -uo pipefail
source "$(dirname "$0")/project.sh"
export CI=true

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
TMPDIR=$(temporary_folder "$work") || exit 1
export TMPDIR
reports=${CDC_TEST_REPORT_DIR:-$work/reports}
mkdir -p "$reports"
reports=$(cd "$reports" && pwd)
table=$work/table
seen=$work/seen
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

# note VITEST KIND VALUE FAILED: what the page may say, if nothing has failed.
note() {
  echo "$1 $2 $3 $([ "$4" = 0 ] && echo passed || echo failed)" >>"$seen"
}

# run NODE VITEST POOL PROJECT…
run() {
  local node=$1 vitest=$2 pool=$3 good bad started project arguments
  shift 3
  for project in "$@"; do
    started=$SECONDS
    arguments=(--pool="$pool")
    [ "$project" = smoke ] && arguments+=(--reporter=vitest-cloudberry-cdc/reporter)
    read -r good bad <<<"$(COMPAT_POOL=$pool CDC_REPORT=$work/cdc.html run_vitest "$work/vitest-$vitest/$project" \
      "$reports/compat-node$node-vitest$vitest-$pool-$project.json" "${arguments[@]}" 2>"$work/output")"
    if [ "$project" = smoke ]; then
      check_report || bad=$((bad + 1))
      note "$vitest" "node-$node" "$pool" "$bad"
    fi
    # What a run printed is of interest only when it has failed.
    [ "$bad" = 0 ] || cat "$work/output"
    count "$(printf 'Node.js %s  Vitest %s  %-7s  %-13s' "$node" "$vitest" "$pool" "$project")" "$good" "$bad" $((SECONDS - started))
    tail -1 "$table"
  done
}

# check_report: the reporter has told of the run's streams. Removes what it wrote.
check_report() {
  node -e '
    const { tests, commits } = JSON.parse(fs.readFileSync(process.argv[1], "utf8"))
    const passed = tests.filter(({ state }) => state === "passed").length
    if (passed < 10 || commits < 20) throw new Error(`the report has ${passed} tests and ${commits} commits`)
  ' "$work/cdc.json" 2>>"$work/output" && grep -q '</html>' "$work/cdc.html" && rm "$work/cdc.json" "$work/cdc.html"
}

# check_types VITEST: the smoke test is TypeScript as users write it.
check_types() {
  local compiler major bad started
  for compiler in typescript-6 typescript; do
    started=$SECONDS
    major=$(node -p 'require(process.argv[1]).version.split(".")[0]' "$work/vitest-$1/node_modules/$compiler/package.json")
    bad=0
    (cd "$work/vitest-$1/smoke" && node "../node_modules/$compiler/bin/tsc" -p .) || bad=1
    note "$1" typescript "$major" "$bad"
    count "$(printf 'TypeScript %s  Vitest %s           smoke        ' "$major" "$1")" $((1 - bad)) "$bad" $((SECONDS - started))
    tail -1 "$table"
  done
}

tarball=$(pack "$work") || exit 1
sources=()
examples=()
for config in "$repository"/examples/*/vitest.config.ts; do
  source=$(dirname "$config")
  sources+=("$source")
  examples+=("$(basename "$source")")
done
sources+=("$repository/test/compat/smoke")

# check VITEST RANGE NODE…: installs once, with the first of the versions; only Node.js changes then.
check() {
  local vitest=$1 range=$2 node pool
  shift 2
  if ! { use "$1" && install_projects "$work/vitest-$vitest" "$tarball" "$range" "${sources[@]}"; }; then
    count "Vitest $vitest could not be installed" 0 1 0
    return
  fi
  check_types "$vitest"
  for node in "$@"; do
    use "$node" || continue
    for pool in threads forks; do run "$node" "$vitest" "$pool" smoke; done
  done
}

check 4.1 '~4.1.0' 20 22 24
check 5 '^5.0.0' 22 24
# examples.sh runs them with Vitest 4.1, in forks.
use 24 && run 24 5 threads "${examples[@]}"

echo
cat "$table"
PATH=$original
if node "$repository/.ci/packed/compat-table.mjs" "$seen" "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
echo "$passed passed, $failed failed in $SECONDS s"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
