# shellcheck shell=bash
# To be sourced: packs the package and sets up projects that use it, in a folder outside of the repository.
# The caller has set -uo pipefail; every function returns a status.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# node_path MAJOR: a PATH that finds that Node.js first.
node_path() {
  local found
  if [ "$(node -p 'process.versions.node.split(".")[0]')" = "$1" ]; then
    echo "$PATH"
    return
  fi
  found=$(npx --yes --package "node@$1" -- node -p process.execPath </dev/null) || return 1
  # A wrong PATH would run the same version twice and call that a proof.
  case "$("$found" -p process.version)" in
    "v$1."*) echo "$(dirname "$found"):$PATH" ;;
    *) return 1 ;;
  esac
}

# pack FOLDER: packs into the folder and prints the tarball's path. CDC_TEST_TARBALL names one that is there already.
pack() {
  if [ -n "${CDC_TEST_TARBALL:-}" ]; then
    cp "$CDC_TEST_TARBALL" "$1/vitest-cloudberry-cdc.tgz" || return 1
  else
    (cd "$repository" && npm pack --silent --pack-destination "$1" </dev/null >&2) || return 1
    mv "$1"/vitest-cloudberry-cdc-*.tgz "$1/vitest-cloudberry-cdc.tgz" || return 1
  fi
  echo "$1/vitest-cloudberry-cdc.tgz"
}

# install_projects FOLDER TARBALL VITEST PROJECT…: copies the projects and installs the tarball and what they depend on,
# once for all of them.
install_projects() {
  local folder=$1 tarball=$2 vitest=$3
  shift 3
  mkdir -p "$folder" || return 1
  for project in "$@"; do
    cp -R "${project%/}" "$folder/" && rm -rf "$folder/$(basename "$project")/node_modules" || return 1
  done
  node --input-type=module - "$folder" "$tarball" "$vitest" <<'SCRIPT' || return 1
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
const [folder, tarball, vitest] = process.argv.slice(2)
const workspaces = readdirSync(folder)
for (const workspace of workspaces) {
  const path = `${folder}/${workspace}/package.json`
  const manifest = JSON.parse(readFileSync(path, 'utf8'))
  Object.assign(manifest.devDependencies, { vitest, 'vitest-cloudberry-cdc': `file:${tarball}` })
  writeFileSync(path, JSON.stringify(manifest))
}
writeFileSync(`${folder}/package.json`, JSON.stringify({ private: true, workspaces }))
SCRIPT
  (cd "$folder" && npm install --no-audit --no-fund --prefer-offline --loglevel=error </dev/null)
}

# temporary_folder FOLDER: makes a folder for temporary files that an embedded server, which is not root, can use.
temporary_folder() {
  chmod 711 "$1" && mkdir "$1/tmp" && chmod 1777 "$1/tmp" && echo "$1/tmp"
}

# run_vitest PROJECT REPORT [ARGUMENT…]: runs the project's tests and prints `passed failed`. What Vitest prints goes
# to standard error. TMPDIR is a folder of our own: what a run leaves there, or leaves running there, is a failure.
run_vitest() {
  local project=$1 report=$2 status counts left
  shift 2
  (
    cd "$project" && timeout --kill-after=20 "${vitest_seconds:-180}" node ../node_modules/vitest/vitest.mjs run \
      --reporter=default --reporter=json --outputFile.json="$report" "$@" </dev/null >&2
  )
  status=$?
  # A file that cannot be loaded, or an error outside of any test, fails the run without a failed test to count.
  counts=$(node -e '
    const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(fs.readFileSync(process.argv[1], "utf8"))
    const unseen = failed === 0 && (process.argv[2] !== "0" || passed === 0)
    console.log(passed, unseen ? 1 : failed)
  ' "$report" "$status" 2>/dev/null) || counts='0 1'
  left=$(ls -d "$TMPDIR"/vitest-cloudberry-cdc-data-* 2>/dev/null; pgrep -af "$TMPDIR/vitest-cloudberry-cdc-data-")
  if [ -n "$left" ]; then
    echo "left behind by $project: $left" >&2
    counts="${counts% *} $((${counts#* } + 1))"
  fi
  echo "$counts"
}
