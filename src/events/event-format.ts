import type { CanalMessage } from './formats/canal.js'
import type { ChangeEvent } from './formats/changes.js'
import type { DebeziumMysqlEvent } from './formats/debezium-mysql.js'
import type { DebeziumPostgresEvent } from './formats/debezium-postgres.js'
import type { FlinkRow } from './formats/flink.js'
import type { MaxwellEvent } from './formats/maxwell.js'

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
