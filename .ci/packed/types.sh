#!/usr/bin/env bash
# Checks the type tests against the packed package as a user installs it: with both Vitest majors, TypeScript 7 and 6,
# and both ways in which projects resolve modules; those of the containers in a project that has Testcontainers as well.
# The last line is `N passed, N failed`.
set -uo pipefail
source "$(dirname "$0")/project.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
tarball=$(pack "$work") || exit 1

# check NAME FOLDER: checks a project with both compilers, in both ways.
check() {
  local typescript resolution name options
  for typescript in typescript typescript-6; do
    for resolution in nodenext bundler; do
      name="$1, TypeScript $(node -p 'require(process.argv[1]).version' "$modules/$typescript/package.json"), $resolution"
      options=()
      [ "$resolution" = bundler ] && options=(--module preserve --moduleResolution bundler)
      if (cd "$2" && node "$modules/$typescript/bin/tsc" -p . "${options[@]}" </dev/null); then
        passed=$((passed + 1))
        echo "types: $name: as tested"
      else
        failed=$((failed + 1))
        echo "types: $name: DIFFERENT"
      fi
    done
  done
}

for vitest in 4 5; do
  install_projects "$work/vitest-$vitest" "$tarball" "^$vitest.0.0" "$repository/test/types" || exit 1
  modules=$work/vitest-$vitest/node_modules
  check "Vitest $vitest" "$work/vitest-$vitest/types"
done

# Only now: without Testcontainers, the declarations of everything else have to do.
(cd "$work/vitest-5" && npm install --no-save --no-audit --no-fund --prefer-offline --ignore-scripts --loglevel=error \
  'testcontainers@^11.14.0' </dev/null) || exit 1
check containers "$work/vitest-5/types/container"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
