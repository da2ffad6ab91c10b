import { setMaxListeners } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { StateError, WriteError } from '../errors.js'
import type { Batch } from '../plan/batch.js'
import type { PlanInput, TableBaseline } from '../plan/plan-input.js'
import { openBatches } from '../plan/batch-source.js'
import { firstBatch } from '../plan/first-batch.js'
import { longestOverlap } from '../plan/overlap/overlap-batches.js'
import { LookAhead } from '../plan/overlap/look-ahead.js'
import { Planner } from '../plan/planner.js'
import { planRows } from '../plan/table-rows.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { BatchWriter } from '../writer/batch-writer.js'
import type { ParallelWriters } from '../writer/parallel-writers.js'
import type { Session } from '../writer/session.js'
import type { SessionPool } from '../writer/session-pool.js'
import type { DriverEvent, DriverOptions } from './driver.js'
import { fitTables } from '../preflight/fit-tables.js'
import { LoadDriver } from './load-driver.js'
import { openWriters, tellOfNoOverlap } from './open-writers.js'
import { openTables } from './open-tables.js'

/** The driver itself: plans batches, writes them and keeps the pace, on the thread that made it. */
export class ThreadDriver extends LoadDriver<DriverOptions> {
  /** All tables of the stream; a script may change some of them only. */
  readonly #definitions: readonly TableDefinition[]
  readonly #pool: SessionPool | undefined
  readonly #aborted = new AbortController()
  #opening: Promise<unknown> | undefined
  /** Open until the writer takes it over. */
  #session: Session | undefined
  #writer: BatchWriter | undefined
  #ahead: LookAhead | undefined
  /** Where transactions overlap. */
  #writers: ParallelWriters | undefined

  /** @param pool Where the session comes from and goes to, for one that is used again */
  constructor(
    options: DriverOptions,
    tables: readonly TableDefinition[],
    onEvent: (event: DriverEvent) => void,
    pool?: SessionPool,
  ) {
    super(options, fitTables(tables, options.options.start), onEvent)
    this.#definitions = tables
    this.#pool = pool
    // Every session that is being opened listens, and all those of a stream may be opened at once.
    allowListeners(this.#aborted.signal)
  }

  /** The server processes that write. */
  get backends(): readonly number[] {
    return this.#writer ? [this.#writer.backend.pid, ...(this.#writers?.backends ?? [])] : []
  }

  async prepare(): Promise<readonly TableBaseline[]> {
    const { options, connection, baselineRows } = this.options
    const { signal } = this.#aborted
    try {
      const opening = openTables(this.options, this.#definitions, this.#pool, this.tell, signal)
      this.#opening = opening
      const { session, tables, locksWhole, lastCommit } = await opening
      this.#session = session
      const input: PlanInput = { ...options, tables, baselineRows }
      const prepared = tables.map(({ baseline }) => baseline)
      const { overlap, mix } = options
      this.#ahead = new LookAhead(openBatches(input), overlap ? longestOverlap(overlap) : 0)
      const writerOptions = {
        connection,
        tables: this.#definitions.map(({ name }) => name),
        shard: options.shard?.index,
        signal,
        rows: planRows(input),
        locksWhole,
        retryFor: options.retryFor,
        answerWithin: options.answerWithin,
        events: this.#events,
      }
      this.#writer = new BatchWriter(session, writerOptions)
      if (overlap) this.#writers = openWriters(this.#writer, session, { overlap, mix }, writerOptions, this.tell)
      await this.follow(this.#ahead, input)
      if (lastCommit !== undefined) {
        await this.#goOnAfter(lastCommit)
        return prepared
      }
      const first = options.start ? firstBatch(input) : Planner.baseline(input)
      if (first.runs.length > 0 && !this.options.rerun?.baseline) await this.#writer.write(first)
      return prepared
    } catch (error) {
      await this.end(error as Error)
      throw error
    }
  }

  /** What stands still holds nothing: no lock, no row version, no slot that is being made. */
  override async pause(): Promise<void> {
    await super.pause()
    await this.#writers?.takeBack()
  }

  override async step(commits: number): Promise<void> {
    await super.step(commits)
    await this.#writers?.takeBack()
  }

  override async hold(): Promise<void> {
    await super.hold()
    await this.#writers?.takeBack()
  }

  override async stop(): Promise<void> {
    this.#writer?.stopRetrying()
    this.#writers?.stopRetrying()
    await super.stop()
  }

  protected async commitNext(): Promise<boolean> {
    const batch = this.next()
    const begun = performance.now()
    const slot = this.begin(batch)
    if (!(await this.#write(batch))) {
      this.counters.sent = this.counters.acknowledged
      return false
    }
    this.acknowledge(batch, performance.now() - begun, slot, this.#writers?.open)
    return true
  }

  protected cutOff(): void {
    this.#aborted.abort(new StateError('The stream was ended before its batch was committed.'))
    this.#destroy()
  }

  protected async close(error: Error | undefined): Promise<void> {
    if (error) this.#destroy()
    // Where it was cut off, the server is told so.
    await this.#opening?.catch(() => {})
    await this.#writers?.close()
    const { overlap } = this.options.options
    if (overlap && this.#writers) tellOfNoOverlap(this.#writers, overlap, this.counters.acknowledged, this.tell)
    if (this.#writer) await this.#giveBack(this.#writer)
    await this.#writer?.close().catch(() => {})
  }

  async #giveBack(writer: BatchWriter): Promise<void> {
    const pool = this.#pool
    const session = pool && writer.release()
    if (pool && this.options.rerun) {
      pool.scripts.backend = writer.backend
      pool.scripts.session = session
    } else if (session) {
      await pool.put(session, { ...this.options, ...this.options.options })
    }
  }

  /** Passes over the batches up to a commit that was made before. */
  async #goOnAfter(commit: number): Promise<void> {
    for (let passed = 0; passed < commit; passed++) {
      this.next()
      // So that other streams have their turn.
      if (passed % 100 === 99) await setImmediate()
    }
    this.counters.sent = commit
    this.counters.acknowledged = commit
  }

  #write(batch: Batch): Promise<boolean> {
    const { batches } = this.options.options
    if (!this.#writers) {
      return this.#writer!.write(batch, {
        upcoming: () => (batch.commit < batches ? this.#ahead!.peek() : undefined),
      })
    }
    return this.#writers.write(
      batch,
      this.#ahead!.upcoming().filter(({ commit }) => commit <= batches),
    )
  }

  #destroy(): void {
    this.#writers?.destroy()
    if (this.#writer) this.#writer.destroy()
    else this.#session?.client.destroy()
  }

  readonly #events = {
    commitSent: (commit: number): void => {
      if (commit > MOST_COMMITS) throw new WriteError(`Expected at most ${MOST_COMMITS} commits, got one more.`)
      this.counters.sent = commit
    },
    retry: async (commit: number, attempt: number, error: Error): Promise<void> => {
      this.tell({ type: 'retry', commit, attempt, reason: error.message })
      await this.#writers?.makeWay(commit, error)
    },
    resolved: (commit: number, committed: boolean): void => this.tell({ type: 'resolved', commit, committed }),
  }
}

/** Commits are counted in 32 bits. */
const MOST_COMMITS = 0x7fff_ffff

/**
 * Keeps Node.js from warning of many listeners. Test environments such as happy-dom and jsdom put signals of their own in
 * the place of Node's: these warn of nothing, and Node.js does not know them.
 */
function allowListeners(signal: AbortSignal): void {
  try {
    setMaxListeners(0, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_INVALID_ARG_TYPE') throw error
  }
}
