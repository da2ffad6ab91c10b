# The commands of the documentation. test/docs/commands.test.ts runs them, with few batches.

# region start
npm ci && npm start # 50 batches on an embedded PostgreSQL 14, and the comparison with the ledger
npm ci && npm test  # the tests
# endregion start

# region run
npm run cli -- --total-batches 100 --batch-size 500 --batch-interval 0.5 --ratio 70/20/10
# endregion run

# region cluster
npm run cli -- --create-tables # with CLOUDBERRY_HOST set, that database is the default target
npm run cli -- --continuous --batch-interval 1
# endregion cluster

# region install
mkdir moving-tables && cd moving-tables
npm init --yes && npm pkg set type=module
npm install --save-dev vitest-cloudberry-cdc vitest pg # on Node.js 20: vitest@4
# endregion install

# region test
npx vitest run
# endregion test

# region install-fast-check
npm install --save-dev fast-check@4
# endregion install-fast-check

# region install-containers
npm install --save-dev @testcontainers/postgresql@11 # 12 needs Node.js 22
# endregion install-containers

# region shapes
npx cloudberry-cdc --seed 42 --scale 10 --nulls none --business-date 2002-11-29 --tables sales
# endregion shapes

# region ddl
npx cloudberry-cdc ddl --schema copy
npx cloudberry-cdc ddl --dialect cloudberry --table store_sales_heap
# endregion ddl

# region hazards
npx cloudberry-cdc --hazards hotKeys=0.8,sameKeyChains=0.2,reinsert=0.1,noopUpdates=0.1 --ratio 50/30/20
# endregion hazards

# region overlapping
npx cloudberry-cdc --writers 4 --late-commit 0.2 --rollback 0.1 --long-transaction 5
# endregion overlapping

# region pace
npx cloudberry-cdc --rate 2000
npx cloudberry-cdc --schedule 10:500,2:5000,30:500-2000
# endregion pace

# region audit
npx cloudberry-cdc audit --sink postgres://etl@localhost:5432/warehouse?schema=copy --require exact --max-staleness 2s
npx cloudberry-cdc audit --sink postgres://etl@localhost:5432/warehouse --tables sales --json
# endregion audit

# region output
npx cloudberry-cdc --json --log-file changes.log --no-verify
npx cloudberry-cdc --target embedded --data-dir ./data # keeps the data, and finds it there again
npx cloudberry-cdc --target embedded --data-dir ./data
# endregion output

# region long-run
npx cloudberry-cdc --continuous --rate 1000 --log-max-size 10M --vacuum-every 1000 --metrics-port 9464 --metrics-host 127.0.0.1
# endregion long-run

# region analyze
npx cloudberry-cdc --continuous --rate 1000 --analyze-every 1000
# endregion analyze

# region events
npx cloudberry-cdc --events feed.ndjson --format debezium-postgres # beside the load
npx cloudberry-cdc --target none --events - --format maxwell --batch-interval 0.1 | my-consumer
# endregion events

# region event-extras
npx cloudberry-cdc --events feed.ndjson --format debezium-postgres --event-extras tombstones,transactions,snapshot --event-from 2
# endregion event-extras

# region event-faults
npx cloudberry-cdc --events feed.ndjson --format canal --event-duplicates 0.01 --event-shuffle 5 --event-late 0.01
# endregion event-faults

# region report
npx cloudberry-cdc --total-batches 500 --batch-interval 0 --report run.html
# endregion report

# region reporter
npx vitest run --reporter=default --reporter=vitest-cloudberry-cdc/reporter # writes cdc-report.html
# endregion reporter

# region mutate
CDC_MUTATE=1 npx vitest run --testTimeout=120000 # every explore(body) mutates as well
# endregion mutate

# region record
npx cloudberry-cdc --total-batches 200 --ratio 70/20/10 --record run.ndjson
npx cloudberry-cdc replay run.ndjson --target embedded --batch-interval 0
npx cloudberry-cdc replay eyJmb3JtIjoyLCJm… # the token that every run prints at its end
# endregion record

# region record-plan
npx cloudberry-cdc --target none --total-batches 200 --record plan.ndjson # without a database
# endregion record-plan

# region resume
npx cloudberry-cdc --total-batches 100000 --seed 7
npx cloudberry-cdc --resume eyJmb3JtIjoyLCJm… # or: CDC_RESUME=…
# endregion resume

# region help
npx cloudberry-cdc --help
npx cloudberry-cdc --version
# endregion help
