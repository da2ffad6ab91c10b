#!/usr/bin/env bash
# `npm run suite golden`: runs the golden hash script under every supported Node.js version and compares what the versions print.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

script=test/golden/print-hash.ts
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
status=0

current=$(node -p 'process.versions.node.split(".")[0]')
for major in 20 22 24; do
  if [ "$major" = "$current" ]; then
    run=(node)
  else
    run=(npx --yes --package "node@$major" node)
  fi
  # A wrong PATH would run the same version three times and call that a proof.
  version=$("${run[@]}" -p process.version </dev/null) || { echo "golden: Node.js $major could not be run"; exit 1; }
  case "$version" in
    "v$major."*) ;;
    *) echo "golden: expected Node.js $major, got $version"; exit 1 ;;
  esac
  if "${run[@]}" --import tsx "$script" >"$out/$major" </dev/null; then
    echo "golden: $version: $(wc -l <"$out/$major") hashes as recorded"
  else
    echo "golden: $version: the hashes differ from the recorded ones"
    cat "$out/$major"
    status=1
  fi
  [ -s "$out/$major" ] || { echo "golden: $version printed nothing"; status=1; }
  first=${first:-$major}
  if ! diff "$out/$first" "$out/$major"; then
    echo "golden: Node.js $first and Node.js $major make different changes from the same seed"
    status=1
  fi
done
exit "$status"
