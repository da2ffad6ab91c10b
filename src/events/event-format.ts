import type { CanalMessage } from './canal.js'
import type { ChangeEvent } from './changes.js'
import type { DebeziumMysqlEvent } from './debezium-mysql.js'
import type { DebeziumPostgresEvent } from './debezium-postgres.js'
import type { FlinkRow } from './flink.js'
import type { MaxwellEvent } from './maxwell.js'

/** The formats of change events, by name. */
export const eventFormats = ['changes', 'debezium-mysql', 'debezium-postgres', 'maxwell', 'canal', 'flink'] as const

export type EventFormat = (typeof eventFormats)[number]

interface EventTypes {
  readonly changes: ChangeEvent
  readonly 'debezium-mysql': DebeziumMysqlEvent
  readonly 'debezium-postgres': DebeziumPostgresEvent
  readonly maxwell: MaxwellEvent
  readonly canal: CanalMessage
  readonly flink: FlinkRow
}

/** The type of the events of a format. */
export type EventOf<F extends EventFormat> = EventTypes[F]
