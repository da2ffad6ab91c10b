import type { EventNames } from '../events/event-context.js'
import type { EventFormat } from '../events/event-format.js'
import type { FeedOptions } from '../events/feed-options.js'
import { StateError } from '../errors.js'
import type { PlannedLedger } from '../ledger/planned-ledger.js'
import type { Ledger } from '../ledger/public-ledger.js'
import { sealLedger } from '../ledger/seal-ledger.js'
import type { Verification } from '../ledger/verification.js'
import type { PlanInput } from '../plan/plan-input.js'
import { expectKnown } from '../tables/expect-known.js'
import type { ConnectionOptions } from '../database/connection/connection.js'
import type { StartedTarget } from '../database/started-target.js'
import type { ResolvedOptions } from '../options/resolve-options.js'
import type { CdcStats, CdcStream, Commit, CommitWithEvents } from './cdc-stream.js'
import { CommitFeed, type FeedSource } from './commit-feed.js'
import { compareWithLedger } from './compare-with-ledger.js'
import { followCommits } from './follow-commits.js'
import type { LifeCycle } from './life-cycle.js'
import type { MadeCommits } from './made-commits.js'
import type { Opened, Opening } from './opening.js'
import type { Progress } from './reads.js'
import type { TablePlace } from '../match/narrowed-table.js'

type Account = Pick<CdcStream, 'seed' | 'ledger' | 'connection' | 'stats' | 'commits' | 'verify'>

type AccountOptions = Pick<ResolvedOptions, 'streamSeed' | 'retryFor' | 'answerWithin'>

/** The compiler asks for all of them. */
const FEED_NAMES = [
  ...Object.keys({ format: true, faults: true, names: true } satisfies Record<keyof FeedOptions<EventFormat>, true>),
  'signal',
]
const EVENT_NAMES = Object.keys({ database: true, schema: true, server: true } satisfies Record<keyof EventNames, true>)

/** What a stream tells of what it has done. */
export class StreamAccount implements Account {
  readonly seed: number
  readonly #patience: Pick<AccountOptions, 'retryFor' | 'answerWithin'>
  readonly #life: LifeCycle
  readonly #opening: Opening
  readonly #made: MadeCommits
  #sealed: Ledger | undefined

  constructor(options: AccountOptions, life: LifeCycle, opening: Opening, made: MadeCommits) {
    const { streamSeed, retryFor, answerWithin } = options
    this.seed = streamSeed
    this.#patience = { retryFor, answerWithin }
    this.#life = life
    this.#opening = opening
    this.#made = made
  }

  /** Undefined before the stream has begun. */
  get input(): PlanInput | undefined {
    return this.#opening.opened?.input
  }

  /** How far it is; 0 before it has begun. */
  get progress(): Omit<Progress, 'moving'> {
    const { acknowledged, sent } = this.#opening
    const { times } = this.#made
    const timeOf = (commit: number): number | undefined =>
      commit >= 1 && commit <= times.last ? times.at(commit) : undefined
    return { acknowledged, sent, timeOf }
  }

  /** What users get. */
  get ledger(): Ledger {
    this.#sealed ??= sealLedger(this.planned)
    return this.#sealed
  }

  get planned(): PlannedLedger {
    return this.#expectOpened().ledger
  }

  /** Where the tables are; nothing without a database. */
  get place(): TablePlace {
    const { database, schema } = this.#expectOpened().target?.connection ?? {}
    return { database, schema }
  }

  get connection(): ConnectionOptions {
    return this.#expectTarget().connection
  }

  stats(): CdcStats {
    return this.#made.stats.snapshot()
  }

  commits(options?: { readonly signal?: AbortSignal }): AsyncGenerator<Commit>
  commits<F extends EventFormat>(
    options: FeedOptions<F> & { readonly signal?: AbortSignal },
  ): AsyncGenerator<CommitWithEvents<F>>
  commits(options: Partial<FeedOptions<EventFormat>> & { readonly signal?: AbortSignal } = {}): AsyncGenerator<Commit> {
    expectKnown(options, FEED_NAMES, '`commits()`')
    expectKnown(options.names, EVENT_NAMES, '`names` of `commits()`')
    const { format, signal, ...rest } = options
    return this.#commits(format === undefined ? undefined : new CommitFeed({ format, ...rest }, this.seed), signal)
  }

  async verify(options: Parameters<CdcStream['verify']>[0] = {}): Promise<Verification> {
    expectKnown(options, ['signal', 'retryFor'], '`verify()`')
    const { signal, ...given } = options
    this.#life.expect('verify', 'paused', 'stopped', 'failed')
    return compareWithLedger(this.planned, this.connection, { ...this.#patience, ...given, signal })
  }

  async *#commits(feed: CommitFeed<EventFormat> | undefined, signal: AbortSignal | undefined): AsyncGenerator<Commit> {
    yield* followCommits(this.#made.arrivals, feed, () => this.#feedSource(), signal)
    this.#life.rethrow()
  }

  #expectOpened(): Opened {
    const { opened } = this.#opening
    if (opened) return opened
    this.#life.rethrow()
    throw new StateError('Expected a stream that has begun, got one that has not. Call `start()` or `step()` first.')
  }

  #expectTarget(): StartedTarget {
    const { target } = this.#expectOpened()
    if (target) return target
    throw new StateError('Expected a stream with a database, got one with the target `none`. Choose another `target`.')
  }

  #feedSource(): FeedSource {
    const { input, ledger } = this.#expectOpened()
    const { database, schema } = this.place
    const names = { ...(database !== undefined && { database }), ...(schema !== undefined && { schema }) }
    return {
      ledger,
      tables: input.tables.map(({ definition }) => definition),
      names,
      at: (commit) => this.#made.times.at(commit),
    }
  }
}
