import { type Delivery, faultyDelivery } from '../events/delivery/faulty-delivery.js'
import type { EventNames, FeedOptions } from '../events/event-context.js'
import type { EventFormat } from '../events/feed-format.js'
import type { EventRecord } from '../events/records/event-record.js'
import { RecordFeed } from '../events/records/record-feed.js'
import type { RecordOptions } from '../events/records/record-options.js'
import { type EventOf, expectFormat, renderEvents } from '../events/render-events.js'
import { addCounts, noCounts } from '../ledger/change.js'
import { expectKnown } from '../tables/expect-known.js'
import type { Commit } from './cdc-stream.js'
import type { Connected } from './connection.js'

export type CommitsOptions = Partial<FeedOptions<EventFormat>> & {
  readonly records?: RecordOptions
  readonly signal?: AbortSignal
}

/** The compiler asks for all of them. */
const OPTION_NAMES = Object.keys({
  format: true,
  faults: true,
  names: true,
  records: true,
  signal: true,
} satisfies Record<keyof CommitsOptions, true>)
const EVENT_NAMES = Object.keys({ database: true, schema: true, server: true } satisfies Record<keyof EventNames, true>)

type Told = EventOf<EventFormat> | EventRecord

/** Makes of a ledger's commits what users get of them, in their order: with a format, their changes as events, or as records, as well. */
export class CommitFeed {
  readonly #options: CommitsOptions
  readonly #records: RecordFeed | undefined
  readonly #delivery: Delivery<Told> | undefined
  #last: Commit | undefined

  /** @throws OptionsError for a format, faults or records that cannot be */
  constructor(options: CommitsOptions, seed: number) {
    expectKnown(options, OPTION_NAMES, '`commits()`')
    expectKnown(options.names, EVENT_NAMES, '`names` of `commits()`')
    this.#options = options
    const { format, faults, records } = options
    if (format === undefined && records === undefined) return
    expectFormat(format)
    if (records) this.#records = new RecordFeed(format, records)
    this.#delivery = faultyDelivery(seed, faults)
  }

  /** @param at when it was acknowledged, in milliseconds since 1970 */
  commit(commit: number, { ledger, tables, place }: Connected, at: number): Commit {
    const counts = ledger.counts(commit)
    const made: Commit = { commit, ...Object.values(counts).reduce(addCounts, noCounts), tables: counts }
    const { format, names } = this.#options
    if (format === undefined || !this.#delivery) return made
    this.#last = made
    const { database = 'cdc', schema = 'tpcds' } = place
    const changes = [...ledger.changes(commit)]
    const context = { database, schema, server: 'cdc', ...names, commit, changes, at, tables }
    const told = this.#records?.next(context, ledger) ?? renderEvents(format, context)
    return this.#with(made, this.#delivery.next(told))
  }

  /** What was held back, as a commit of no changes with the last one's number. */
  rest(): Commit | undefined {
    const told = this.#delivery?.rest() ?? []
    if (!this.#last || told.length === 0) return undefined
    const tables = Object.fromEntries(Object.keys(this.#last.tables).map((table) => [table, noCounts]))
    return this.#with({ commit: this.#last.commit, ...noCounts, tables }, told)
  }

  #with(made: Commit, told: readonly Told[]): Commit {
    return { ...made, [this.#records ? 'records' : 'events']: told }
  }
}
