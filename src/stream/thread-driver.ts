import { setImmediate } from 'node:timers/promises'
import { StateError, WriteError } from '../errors.js'
import type { Batch } from '../plan/batch.js'
import type { PlanInput } from '../plan/plan-input.js'
import { type BatchSource, openBatches } from '../plan/batch-source.js'
import { firstBatch } from '../plan/first-batch.js'
import { longestOverlap } from '../plan/overlap/overlap-batches.js'
import { LookAhead } from '../plan/overlap/look-ahead.js'
import { Planner } from '../plan/planner.js'
import { planRows } from '../plan/table-rows.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { BatchWriter, type BatchWriterOptions } from '../writer/batch-writer.js'
import type { Lanes } from '../writer/lanes.js'
import { destroySession, type Session } from '../writer/session.js'
import { commitEvent } from './commit-event.js'
import { Counters } from './counters.js'
import type { Driver, DriverEvent, DriverOptions, Prepared } from './driver.js'
import { findLastCommit } from './find-last-commit.js'
import { fitTables } from './fit-tables.js'
import { openLanes } from './open-lanes.js'
import { openTables } from './open-tables.js'
import { PacedLoad } from './paced-load.js'
import type { Slot } from './pacer.js'
import { RecordedBatches } from './recorded-batches.js'
import type { SessionKeeper } from './session-keeper.js'

/** The driver itself: plans batches, writes them and keeps the pace, on the thread that made it. */
export class ThreadDriver implements Driver {
  readonly #options: DriverOptions
  /** All tables of the stream; a script may change some of them only. */
  readonly #definitions: readonly TableDefinition[]
  readonly #tables: readonly TableDefinition[]
  readonly #keeper: SessionKeeper | undefined
  readonly #onEvent: (event: DriverEvent) => void
  readonly #counters: Counters
  readonly #load: PacedLoad
  readonly #aborted = new AbortController()
  #batches: BatchSource | undefined
  #record: RecordedBatches | undefined
  /** Open until the writer takes it over. */
  #session: Session | undefined
  #writer: BatchWriter | undefined
  #ahead: LookAhead | undefined
  /** Where transactions overlap. */
  #lanes: Lanes | undefined
  #ended = false

  /** @param keeper Where the session comes from and goes to, for one that is used again. */
  constructor(
    options: DriverOptions,
    tables: readonly TableDefinition[],
    onEvent: (event: DriverEvent) => void,
    keeper?: SessionKeeper,
  ) {
    this.#options = options
    this.#definitions = tables
    this.#tables = fitTables(tables, options.options.start)
    this.#keeper = keeper
    this.#onEvent = onEvent
    this.#counters = new Counters(options.counters)
    this.#load = new PacedLoad(
      options.options.pace,
      () => this.#commitNext(),
      (milliseconds) => onEvent({ type: 'lag', milliseconds }),
    )
  }

  async prepare(): Promise<Prepared> {
    const { options, connection, baselineRows } = this.#options
    const { signal } = this.#aborted
    try {
      const tell = (event: DriverEvent): void => this.#onEvent(event)
      const { session, baseline } = await openTables(this.#options, this.#definitions, this.#keeper, tell, signal)
      this.#session = session
      const input: PlanInput = { ...options, tables: this.#tables, baseline, baselineRows }
      const { overlap } = options
      this.#batches = this.#ahead = new LookAhead(openBatches(input), overlap ? longestOverlap(overlap) : 0)
      const writerOptions = {
        connection,
        tables: this.#definitions.map(({ name }) => name),
        signal,
        rows: planRows(input),
        retryFor: options.retryFor,
        answerWithin: options.answerWithin,
        events: this.#events,
      }
      this.#writer = new BatchWriter(session, writerOptions)
      this.#overlap(session, writerOptions)
      const { resumes, batches } = options
      const made = resumes ? await findLastCommit(session, connection.schema, input, batches, signal) : undefined
      if (options.record !== undefined) {
        this.#batches = this.#record = new RecordedBatches(this.#batches, input, options.record, options)
      }
      if (made !== undefined) {
        await this.#goOnAfter(made)
        return { baseline }
      }
      const first = options.start ? firstBatch(input) : Planner.baseline(input)
      if (first.runs.length > 0) await this.#writer.write(first)
      return { baseline }
    } catch (error) {
      await this.#end(error as Error)
      throw error
    }
  }

  async run(): Promise<void> {
    this.#load.run()
  }

  async pause(): Promise<void> {
    await this.#load.pause()
  }

  async step(commits: number): Promise<void> {
    await this.#load.step(commits)
  }

  async setRate(changesPerSecond: number): Promise<void> {
    this.#load.setRate(changesPerSecond)
  }

  async hold(): Promise<void> {
    await this.#load.hold()
    await this.#lanes?.takeBack()
  }

  async release(): Promise<void> {
    this.#load.release()
  }

  async stop(): Promise<void> {
    this.#writer?.losePatience()
    this.#lanes?.losePatience()
    await this.#load.stop()
    await this.#end()
  }

  async abort(): Promise<void> {
    this.#load.end()
    this.#aborted.abort(new StateError('The stream was ended before its batch was committed.'))
    this.#destroy()
    await this.#load.stop()
    await this.#end()
  }

  /** Passes over the batches up to a commit that was made before. */
  async #goOnAfter(commit: number): Promise<void> {
    while (this.#batches!.commit < commit) {
      this.#batches!.next()
      // So that other streams have their turn.
      if (this.#batches!.commit % 100 === 0) await setImmediate()
    }
    this.#counters.sent = commit
    this.#counters.acknowledged = commit
  }

  /** Never rejects: an error ends the stream and is told by the event `ended`. */
  async #commitNext(): Promise<void> {
    try {
      const batch = this.#batches!.next()
      const begun = performance.now()
      const slot = this.#load.begin(batch)
      if (!(await this.#write(batch))) return await this.#giveUp()
      this.#acknowledge(batch, performance.now() - begun, slot)
      if (batch.commit >= this.#options.options.batches) await this.#end()
    } catch (error) {
      await this.#end(error as Error)
    }
  }

  #overlap(session: Session, writerOptions: BatchWriterOptions): void {
    const { overlap, mix } = this.#options.options
    if (!overlap) return
    const tell = (event: DriverEvent): void => this.#onEvent(event)
    this.#lanes = openLanes(this.#writer!, session, { overlap, mix }, writerOptions, tell)
  }

  #write(batch: Batch): Promise<boolean> {
    const { batches } = this.#options.options
    if (!this.#lanes) {
      return this.#writer!.write(batch, () => (batch.commit < batches ? this.#ahead!.peek() : undefined))
    }
    return this.#lanes.write(
      batch,
      this.#ahead!.upcoming().filter(({ commit }) => commit <= batches),
    )
  }

  /** Ends the stream with the commits that were made. */
  async #giveUp(): Promise<void> {
    this.#counters.sent = this.#counters.acknowledged
    await this.#end()
  }

  #acknowledge(batch: Batch, milliseconds: number, slot: Slot): void {
    this.#counters.acknowledged = batch.commit
    const names = this.#tables.map(({ name }) => name)
    this.#onEvent(commitEvent(batch, names, milliseconds, slot))
  }

  async #end(error?: Error): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    this.#load.end()
    this.#record?.close()
    if (error) this.#destroy()
    if (this.#keeper && this.#writer) keepSession(this.#keeper, this.#writer)
    await this.#lanes?.close()
    await this.#writer?.close().catch(() => {})
    this.#onEvent(error ? { type: 'ended', error } : { type: 'ended' })
  }

  #destroy(): void {
    this.#lanes?.destroy()
    if (this.#writer) this.#writer.destroy()
    else if (this.#session) destroySession(this.#session.client)
  }

  readonly #events = {
    commitSent: (commit: number): void => {
      if (commit > MOST_COMMITS) throw new WriteError(`Expected at most ${MOST_COMMITS} commits, got one more.`)
      this.#counters.sent = commit
    },
    retry: (commit: number, attempt: number, reason: string): void => {
      this.#lanes?.withdraw(commit)
      this.#onEvent({ type: 'retry', commit, attempt, reason })
    },
    resolved: (commit: number, committed: boolean): void => this.#onEvent({ type: 'resolved', commit, committed }),
  }
}

function keepSession(keeper: SessionKeeper, writer: BatchWriter): void {
  keeper.backend = writer.backend
  const session = writer.release()
  if (session) keeper.put(session)
}

/** Commits are counted in 32 bits. */
const MOST_COMMITS = 0x7fff_ffff
