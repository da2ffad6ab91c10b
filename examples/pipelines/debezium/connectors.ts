import type { Cloudberry } from 'vitest-cloudberry-cdc'
import type { ConnectionOptions } from 'vitest-cloudberry-cdc/engine'
import { type SinkDatabase, tables } from '../support/sink-database.js'

export type DecimalMode = 'precise' | 'string'

/** Passwords are variables, which Kafka Connect reads where a property names them. */
const passwordIn = (variable: string): string => `\${env:${variable}}`

// #region source
/** Debezium's connector for PostgreSQL: a snapshot, then what is committed. */
export function sourceProperties(
  { host, port, database, user, schema }: Cloudberry,
  decimals: DecimalMode,
): Record<string, string> {
  return {
    name: 'source',
    'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
    'database.hostname': host,
    'database.port': String(port),
    'database.dbname': database,
    'database.user': user,
    'database.password': passwordIn('SOURCE_PASSWORD'),
    'topic.prefix': 'shop',
    'plugin.name': 'pgoutput',
    'slot.name': schema, // goes with the test's schema
    'publication.name': schema,
    'publication.autocreate.mode': 'filtered',
    'table.include.list': tables.map((table) => `${schema}.${table}`).join(','),
    // One that was killed holds the slot for a moment.
    'slot.max.retries': '60',
    'slot.retry.delay.ms': '1000',
    'snapshot.mode': 'initial',
    'decimal.handling.mode': decimals,
    'tombstones.on.delete': 'false', // the sink knows a DELETE by its event
    'topic.creation.default.partitions': '1',
    'topic.creation.default.replication.factor': '1',
  }
}
// #endregion source

// #region mariadb
/** Debezium's connector for MariaDB: a snapshot, then the binary log; what the tables looked like is in a topic of its own. */
export function mariadbProperties(
  { host, port, user, database }: ConnectionOptions,
  bootstrap: string,
  decimals: DecimalMode,
): Record<string, string> {
  return {
    name: 'source',
    'connector.class': 'io.debezium.connector.mariadb.MariaDbConnector',
    'database.hostname': host,
    'database.port': String(port),
    'database.user': user,
    'database.password': passwordIn('SOURCE_PASSWORD'),
    'database.server.id': '4242',
    'database.include.list': database,
    'table.include.list': tables.map((table) => `${database}.${table}`).join(','),
    'topic.prefix': 'shop',
    'schema.history.internal.kafka.bootstrap.servers': bootstrap,
    'schema.history.internal.kafka.topic': 'history',
    'snapshot.mode': 'initial',
    'decimal.handling.mode': decimals,
    'tombstones.on.delete': 'false',
    'topic.creation.default.partitions': '1',
    'topic.creation.default.replication.factor': '1',
  }
}
// #endregion mariadb

// #region sink
/** Debezium's JDBC sink: it creates the tables, adds columns, and puts rows in by their keys. */
export function sinkProperties(sink: SinkDatabase, schema: string): Record<string, string> {
  const { host, username, pathname } = new URL(sink.connectionString)
  return {
    name: 'sink',
    'connector.class': 'io.debezium.connector.jdbc.JdbcSinkConnector',
    topics: tables.map((table) => `shop.${schema}.${table}`).join(','),
    'connection.url': `jdbc:postgresql://${host}${pathname}?currentSchema=${schema}&stringtype=unspecified`,
    'connection.username': username,
    'connection.password': passwordIn('SINK_PASSWORD'),
    'collection.name.format': '${source.table}',
    'insert.mode': 'upsert',
    'delete.enabled': 'true',
    'primary.key.mode': 'record_key',
    'schema.evolution': 'basic',
    'consumer.override.auto.offset.reset': 'earliest',
    // One that was killed is a member of its group for so long.
    'consumer.override.session.timeout.ms': '6000',
    'consumer.override.heartbeat.interval.ms': '2000',
    'consumer.override.metadata.max.age.ms': '500', // the topics come when the source begins
  }
}
// #endregion sink
