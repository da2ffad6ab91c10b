import { commonSource, type DebeziumEnvelope, type DebeziumSource, renderEnvelopes } from './debezium-envelope.js'
import type { EventContext } from '../event-context.js'
import { logPosition } from './log-position.js'

/** The `source` of the PostgreSQL connector. */
export interface DebeziumPostgresSource extends DebeziumSource {
  readonly connector: 'postgresql'
  readonly schema: string
  readonly table: string
  /** The number of the commit. */
  readonly txId: number
  readonly lsn: number
  readonly xmin: null
}

/** A change as Debezium's PostgreSQL connector sends it of a table with `REPLICA IDENTITY FULL`. */
export type DebeziumPostgresEvent = DebeziumEnvelope<DebeziumPostgresSource>

const ALIGNMENT = 8

export function renderDebeziumPostgres(context: EventContext): DebeziumPostgresEvent[] {
  const { commit, schema } = context
  const lsnOf = (ofCommit: number, index: number): number => logPosition(ofCommit, index) * ALIGNMENT
  // The last committed LSN; null before the first commit, as the connector has it.
  const committed = commit === 1 ? null : String(lsnOf(commit, 0))
  return renderEnvelopes(context, ({ table }, index) => {
    const lsn = lsnOf(commit, index + 1)
    const sequence = JSON.stringify([committed, String(lsn)])
    const common = commonSource(context, 'postgresql', sequence)
    return {
      source: { ...common, connector: 'postgresql', schema, table, txId: commit, lsn, xmin: null },
      // The LSN in it is that of the change, so that the name differs within a transaction.
      transaction: `${commit}:${lsn}`,
    }
  })
}
