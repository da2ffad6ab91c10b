import { commonSource, type DebeziumEnvelope, type DebeziumSource, renderEnvelopes } from './debezium-envelope.js'
import type { EventContext } from '../event-context.js'
import { gtidOf, logPosition } from './log-position.js'

/** The `source` of the MySQL connector. */
export interface DebeziumMysqlSource extends DebeziumSource {
  readonly connector: 'mysql'
  readonly table: string
  readonly server_id: number
  readonly gtid: string
  readonly file: string
  readonly pos: number
  /** The row within the statement, from 0 on. */
  readonly row: number
  readonly thread: null
  readonly query: null
}

/** A change as Debezium's MySQL connector sends it. */
export type DebeziumMysqlEvent = DebeziumEnvelope<DebeziumMysqlSource>

/** The events of a commit as Debezium's MySQL connector makes them, with GTIDs on. */
export function renderDebeziumMysql(context: EventContext): DebeziumMysqlEvent[] {
  const { commit, changes } = context
  const gtid = gtidOf(commit)
  let begin = 0
  return renderEnvelopes(context, ({ kind, table }, index) => {
    const before = changes[index - 1]
    if (before?.kind !== kind || before.table !== table) begin = index
    const common = commonSource(context, 'mysql', null)
    return {
      source: {
        ...common,
        connector: 'mysql',
        table,
        server_id: 1,
        gtid,
        file: 'mysql-bin.000001',
        pos: logPosition(commit, begin),
        row: index - begin,
        thread: null,
        query: null,
      },
      transaction: gtid,
    }
  })
}
