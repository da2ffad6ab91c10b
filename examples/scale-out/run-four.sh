#!/usr/bin/env bash
# Four processes write one stream to the database of CLOUDBERRY_HOST …, each its share; then all rows are compared.
set -euo pipefail

# region plan
# Once: creates the tables, and prints the token that every shard takes. Asked again on empty tables, it is the same.
plan=$(npx cloudberry-cdc plan --shards 4 --seed 42 --total-batches 25 --ratio 70/20/10 --create-tables --json)
token=$(node -p 'JSON.parse(process.argv[1]).token ?? ""' "$plan")
# endregion plan
if [ -z "$token" ]; then
  echo "The tables have rows: choose another CLOUDBERRY_SCHEMA, or give every shard a --record (docs/scale-out.md)." >&2
  exit 1
fi

# region shards
# On four machines just as well. --resume begins a shard, or goes on with it after a crash.
for i in 1 2 3 4; do
  npx cloudberry-cdc --resume "$token" --shard "$i/4" --batch-interval 0 --log-file "shard-$i.log" >/dev/null &
done
# endregion shards
failed=0
for process in $(jobs -p); do
  wait "$process" || failed=1
done

# region verify
# Every row of every shard, and no other.
npx cloudberry-cdc verify "$token"
# endregion verify
exit "$failed"
