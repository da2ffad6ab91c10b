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

/** @param from the source, where it is no PostgreSQL */
export function toolOf(load: string, decimals: DecimalMode, from = ''): FieldTool {
  return {
    pipeline: 'debezium',
    tool: `${from}Debezium, Kafka Connect, JDBC sink, decimals ${decimals}`,
    version: 'Debezium 3.3.1.Final, Kafka 4.1',
    load,
    promises: 'at least once, by key',
  }
}
