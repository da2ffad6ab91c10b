import { OptionsError } from '../errors.js'
import { expectKnown } from '../tables/expect-known.js'
import { type CanalMessage, renderCanal } from './formats/canal.js'
import { type ChangeEvent, renderChanges } from './formats/changes.js'
import {
  type DebeziumMysqlEvent,
  renderDebeziumMysql,
  type DebeziumPostgresEvent,
  renderDebeziumPostgres,
} from './formats/debezium.js'
import type { EventContext } from './event-context.js'
import { type EventFormat, eventFormats } from './feed-format.js'
import { type FlinkRow, renderFlink } from './formats/flink.js'
import { type MaxwellEvent, renderMaxwell } from './formats/maxwell.js'

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

/** The compiler asks for all of them. */
const CONTEXT_NAMES = Object.keys({
  database: true,
  schema: true,
  server: true,
  commit: true,
  changes: true,
  at: true,
  tables: true,
} satisfies Record<keyof EventContext, true>)

const renderers: { readonly [F in EventFormat]: (context: EventContext) => EventOf<F>[] } = {
  changes: renderChanges,
  'debezium-mysql': renderDebeziumMysql,
  'debezium-postgres': renderDebeziumPostgres,
  maxwell: renderMaxwell,
  canal: renderCanal,
  flink: renderFlink,
}

/**
 * The changes of a commit as events of a format, in their order: plain objects that JSON can hold. The same context
 * gives the same events.
 *
 * @throws OptionsError for a format or a table that is not known
 */
export function renderEvents<F extends EventFormat>(format: F, context: EventContext): EventOf<F>[] {
  expectFormat(format)
  expectKnown(context, CONTEXT_NAMES, 'the context of `renderEvents()`')
  return renderers[format](context)
}

/** @throws OptionsError for a format that is not known */
export function expectFormat(format: EventFormat | undefined): asserts format is EventFormat {
  if (format !== undefined && eventFormats.includes(format)) return
  throw new OptionsError(`Expected \`format\` to be ${eventFormats.join(', ')}, got \`${String(format)}\`.`)
}
