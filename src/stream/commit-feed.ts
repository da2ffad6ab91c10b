import { type Delivery, faultyDelivery } from '../events/delivery/faulty-delivery.js'
import type { EventNames, FeedOptions } from '../events/event-context.js'
import type { EventFormat } from '../events/feed-format.js'
import { type EventOf, expectFormat, renderEvents } from '../events/render-events.js'
import { addCounts, noCounts } from '../ledger/change.js'
import { expectKnown } from '../tables/expect-known.js'
import type { Commit, CommitWithEvents } from './cdc-stream.js'
import type { Connected } from './connection.js'

export type CommitsOptions = Partial<FeedOptions<EventFormat>> & { readonly signal?: AbortSignal }

/** The compiler asks for all of them. */
const OPTION_NAMES = Object.keys({ format: true, faults: true, names: true, signal: true } satisfies Record<
  keyof CommitsOptions,
  true
>)
const EVENT_NAMES = Object.keys({ database: true, schema: true, server: true } satisfies Record<keyof EventNames, true>)

/** Makes of a ledger's commits what users get of them, in their order: with a format, their changes as events as well. */
export class CommitFeed {
  readonly #options: CommitsOptions
  readonly #delivery: Delivery<EventOf<EventFormat>> | undefined
  #last: Commit | undefined

  /** @throws OptionsError for a format or faults that cannot be */
  constructor(options: CommitsOptions, seed: number) {
    expectKnown(options, OPTION_NAMES, '`commits()`')
    expectKnown(options.names, EVENT_NAMES, '`names` of `commits()`')
    this.#options = options
    const { format, faults } = options
    if (format === undefined) return
    expectFormat(format)
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
    return { ...made, events: this.#delivery.next(renderEvents(format, context)) } as CommitWithEvents<EventFormat>
  }

  /** What was held back, as a commit of no changes with the last one's number. */
  rest(): CommitWithEvents<EventFormat> | undefined {
    const events = this.#delivery?.rest() ?? []
    if (!this.#last || events.length === 0) return undefined
    const tables = Object.fromEntries(Object.keys(this.#last.tables).map((table) => [table, noCounts]))
    return { commit: this.#last.commit, ...noCounts, tables, events }
  }
}
