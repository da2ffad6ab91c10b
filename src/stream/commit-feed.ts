import type { Delivery } from '../events/delivery/delivery.js'
import type { EventNames } from '../events/event-context.js'
import type { EventFormat, EventOf } from '../events/event-format.js'
import { faultyDelivery } from '../events/delivery/faulty-delivery.js'
import type { FeedOptions } from '../events/feed-options.js'
import { expectFormat, renderEvents } from '../events/render-events.js'
import type { PlannedLedger } from '../ledger/planned-ledger.js'
import type { TableDefinition } from '../tables/table-definition.js'
import type { Commit, CommitWithEvents } from './cdc-stream.js'

/** What a feed takes from its stream. */
export interface FeedSource {
  readonly ledger: PlannedLedger
  readonly tables: readonly TableDefinition[]
  /** The database and schema of the target, where it has one. */
  readonly names: Partial<EventNames>
  /** When a commit was acknowledged, in milliseconds since 1970. */
  readonly at: (commit: number) => number
}

const defaultNames: EventNames = { database: 'cdc', schema: 'tpcds', server: 'cdc' }

/** Adds events to commits, in their order. */
export class CommitFeed<F extends EventFormat> {
  readonly #options: FeedOptions<F>
  readonly #delivery: Delivery<EventOf<F>>
  #last: Commit | undefined

  /** @throws OptionsError for a format or faults that cannot be */
  constructor(options: FeedOptions<F>, seed: number) {
    expectFormat(options.format)
    this.#options = options
    this.#delivery = faultyDelivery(seed, options.faults)
  }

  add(commit: Commit, { ledger, tables, names, at }: FeedSource): CommitWithEvents<F> {
    this.#last = commit
    const events = renderEvents(this.#options.format, {
      ...defaultNames,
      ...names,
      ...this.#options.names,
      commit: commit.commit,
      changes: [...ledger.changes(commit.commit)],
      at: at(commit.commit),
      tables,
    })
    return { ...commit, events: this.#delivery.next(events) }
  }

  /** What was held back, as a commit of no changes with the last one's number. */
  rest(): CommitWithEvents<F> | undefined {
    const events = this.#delivery.rest()
    if (!this.#last || events.length === 0) return undefined
    const none = { inserts: 0, updates: 0, deletes: 0 }
    const tables = Object.fromEntries(Object.keys(this.#last.tables).map((table) => [table, none]))
    return { commit: this.#last.commit, ...none, tables, events }
  }
}
