#!/usr/bin/env bash
# `npm run suite containers`: runs the container tests on a real Docker engine: the one that runs, or one of this script's own
# (as root), which is stopped again. Without an engine the tests that need one are skipped, and the last line says why.
# CDC_CONTAINER_IMAGE runs them on another image. CDC_TEST_REPORT names the file for Vitest's report.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

scratch=$(mktemp -d)
engine=
clean_up() {
  if [ -n "$engine" ]; then
    kill "$engine" 2>/dev/null
    timeout 30 tail --pid "$engine" --follow /dev/null || kill -KILL "$engine"
  fi
  rm -rf "$scratch"
}
trap clean_up EXIT

# One engine at a time: a second run waits until the first has stopped its own.
exec 9>"${TMPDIR:-/tmp}/vitest-cloudberry-cdc-container-tests.lock"
flock --wait 900 9 || echo 'Another run has not ended in 900 s; going on.'

answers() {
  timeout 10 docker info >/dev/null 2>&1
}

find_engine() {
  if command -v docker >/dev/null && answers; then return; fi
  [ -z "${DOCKER_HOST:-}" ] || { reason="no engine at DOCKER_HOST=$DOCKER_HOST"; return 1; }
  if ! command -v docker >/dev/null || ! command -v dockerd >/dev/null; then
    reason='no docker and dockerd'
    return 1
  fi
  [ "$(id -u)" -eq 0 ] || { reason='dockerd does not run, and not root'; return 1; }
  # The programs in an image close every file descriptor that they may have: with the default that takes minutes.
  dockerd --default-ulimit nofile=1024:1024 >"$scratch/dockerd.log" 2>&1 9>&- &
  engine=$!
  for _ in $(seq 60); do
    if answers; then return; fi
    if ! kill -0 "$engine" 2>/dev/null; then break; fi
    sleep 0.5
  done
  tail -n 5 "$scratch/dockerd.log"
  reason='dockerd does not start'
  return 1
}

build_images() {
  timeout 300 test/container/image/build.sh >"$scratch/build.log" 2>&1 && return
  tail -n 5 "$scratch/build.log"
  reason='the images of the tests cannot be built'
  return 1
}

reason=
if find_engine; then
  started=$SECONDS
  build_images && echo "images: $((SECONDS - started)) s"
fi

# Testcontainers' own container, which removes those of a killed process, would have to be fetched from a registry.
export TESTCONTAINERS_RYUK_DISABLED=${TESTCONTAINERS_RYUK_DISABLED:-true}
export CDC_TEST_REPORT=${CDC_TEST_REPORT:-$scratch/report.json}
npx vitest run --project containers "$@" </dev/null
status=$?
node -e '
  const { numPassedTests: passed, numFailedTests, numPendingTests: skipped } = JSON.parse(fs.readFileSync(process.argv[1], "utf8"))
  const failed = numFailedTests === 0 && process.argv[2] !== "0" ? 1 : numFailedTests
  console.log(`${passed} passed, ${failed} failed${process.argv[3] && `, ${skipped} skipped: ${process.argv[3]}`}`)
' "$CDC_TEST_REPORT" "$status" "$reason" || status=1
exit "$status"
