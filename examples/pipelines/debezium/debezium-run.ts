import { setTimeout as delay } from 'node:timers/promises'
import type { FieldTool } from '../support/field-run.js'
import type { SinkDatabase } from '../support/sink-database.js'
import type { DecimalMode } from './connectors.js'

/** Milliseconds for the sink to arrive: a JVM takes its time. */
export const PATIENCE = 100_000

export async function hasBegun(sink: SinkDatabase, signal: AbortSignal): Promise<void> {
  while ((await sink.pool.query('SELECT FROM store_returns_heap LIMIT 1')).rowCount === 0) {
    await delay(100, undefined, { signal })
  }
}

/** @param mariadb of MariaDB as the source, whose connector has a version of its own */
export function toolOf(load: string, decimals: DecimalMode, mariadb = false): FieldTool {
  return {
    pipeline: 'debezium',
    tool: `${mariadb ? 'MariaDB 10.11, ' : ''}Debezium, Kafka Connect, JDBC sink, decimals ${decimals}`,
    version: mariadb ? 'for MariaDB 3.3.0.Final' : 'Debezium 3.3.1.Final, Kafka 4.1',
    load,
    promises: 'at least once, by key',
  }
}
