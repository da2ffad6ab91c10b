# The commands of docs/kafka.md. test/brokers/commands.test.ts runs them, with few batches and topics of its own.

# region install
npm install --save-dev @platformatic/kafka@1 # 2 needs Node.js 22.22
# endregion install

# region run
npx cloudberry-cdc --events 'kafka://localhost:9092?prefix=shop' --format debezium-postgres # beside the load
npx cloudberry-cdc --events kafka://localhost:9092/changes --target none --format maxwell
# endregion run

# region extras
npx cloudberry-cdc --events 'kafka://localhost:9092?prefix=shop' --format debezium-mysql --event-extras tombstones,transactions,heartbeats,schema-changes
npx cloudberry-cdc --events kafka://localhost:9092/changes --format debezium-postgres --event-extras tombstones,snapshot --event-from 20
# endregion extras
