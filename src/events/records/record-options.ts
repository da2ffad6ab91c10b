import { OptionsError } from '../../errors.js'
import { expectKnown } from '../../tables/expect-known.js'
import type { EventFormat } from '../feed-format.js'

/** What connectors write beside the changes. */
export const eventExtras = [
  'tombstones',
  'transactions',
  'heartbeats',
  'schema-changes',
  'snapshot',
  'incremental-snapshot',
] as const

export type EventExtra = (typeof eventExtras)[number]

/** As which records a stream gives its events. */
export interface RecordOptions {
  /** One topic for all tables. @default as the connectors do: of Debezium one for each table, `SERVER.SCHEMA.TABLE` */
  readonly topic?: string
  /**
   * What comes beside the changes; formats of Debezium only. `transactions` are the markers BEGIN and END, `heartbeats` come
   * after every tenth commit, `schema-changes` are those of MySQL. A `snapshot` has the rows after commit `from` and comes
   * first; an `incremental-snapshot` comes in chunks of 100 rows among the changes.
   *
   * @default ['tombstones'] for formats of Debezium
   */
  readonly extras?: readonly EventExtra[]
  /** The commit after which the feed begins, as of a connector that begins under load. @default 0 */
  readonly from?: number
}

export interface ResolvedRecords {
  readonly topic: string | undefined
  readonly extras: readonly EventExtra[]
  readonly from: number
}

/** The compiler asks for all of them. */
const OPTION_NAMES = Object.keys({ topic: true, extras: true, from: true } satisfies Record<keyof RecordOptions, true>)

/** https://kafka.apache.org/documentation/#topicconfigs says nothing of names; brokers take these. */
const TOPIC = /^(?!\.{1,2}$)[\w.-]{1,249}$/

export type DebeziumFormat = Extract<EventFormat, `debezium-${string}`>

export function isDebezium(format: EventFormat): format is DebeziumFormat {
  return format.startsWith('debezium-')
}

/** @throws OptionsError that names the first one that cannot be */
export function resolveRecords(format: EventFormat, options: RecordOptions): ResolvedRecords {
  expectKnown(options, OPTION_NAMES, '`records` of `commits()`')
  const { topic, extras = isDebezium(format) ? (['tombstones'] as const) : [], from = 0 } = options
  if (topic !== undefined && !TOPIC.test(topic)) {
    throw new OptionsError(
      `Expected \`topic\` to have up to 249 letters, digits, dots, underscores and hyphens, got \`${topic}\`.`,
    )
  }
  const unknown = extras.find((extra) => !eventExtras.includes(extra))
  if (unknown !== undefined) {
    throw new OptionsError(`Expected \`extras\` to be some of ${eventExtras.join(', ')}, got \`${String(unknown)}\`.`)
  }
  if (extras.length > 0 && !isDebezium(format)) {
    throw new OptionsError(
      `Expected a format of Debezium with \`${extras[0]}\`, got \`${format}\`. Set --format or CDC_EVENTS_FORMAT, or leave out --event-extras.`,
    )
  }
  if (extras.includes('schema-changes') && format !== 'debezium-mysql') {
    throw new OptionsError(
      `Expected \`debezium-mysql\` with \`schema-changes\`, which no other connector here has, got \`${format}\`.`,
    )
  }
  if (!Number.isInteger(from) || from < 0) {
    throw new OptionsError(
      `Expected \`from\` to be an integer ≥ 0, got \`${from}\`. Set --event-from or CDC_EVENT_FROM.`,
    )
  }
  return { topic, extras, from }
}
