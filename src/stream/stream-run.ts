import type { Client } from 'pg'
import { StateError } from '../errors.js'
import type { Verification } from '../ledger/verification.js'
import { expectKnown } from '../tables/expect-known.js'
import { checkOption } from '../options/check-options.js'
import type { ResolvedOptions } from '../options/resolve-options.js'
import { encodeToken, isComplete } from '../options/token/describe-run.js'
import type { DriverEvent } from '../driver/driver.js'
import { BetweenCommits } from './between-commits.js'
import type { CdcOptions, CdcStats, CdcStream, CdcSummary, Commit, StreamState } from './cdc-stream.js'
import { CommitFeed, type CommitsOptions } from './commit-feed.js'
import { CommitLog } from './commit-log.js'
import { type Connected, Connection, type ConnectionSetting } from './connection.js'
import { LifeCycle } from './life-cycle.js'
import type { Progress } from './reads.js'
import type { StreamDatabase } from './stream-database.js'

/** Who is told what happens, and stops it. */
export type Observing = Pick<CdcOptions, 'observe' | 'signal'>

/** Is told which commit a call that is through has reported. */
type Report = (commit: number, by: string) => void

/** One run of a stream: of its plan, or of a script. The batches are written by a driver, on the worker thread where that is possible. */
export class StreamRun {
  readonly connection: Connection
  readonly #options: ResolvedOptions
  readonly #report: Report
  readonly #life: LifeCycle
  readonly #log: CommitLog
  readonly #between = new BetweenCommits()

  constructor(
    options: ResolvedOptions,
    given: Observing,
    database: StreamDatabase,
    setting: ConnectionSetting,
    report: Report,
  ) {
    this.#options = options
    this.#report = report
    this.#log = new CommitLog((event) => given.observe?.(event))
    this.#life = new LifeCycle({
      release: () => {
        given.signal?.removeEventListener('abort', this.#onAbort)
        this.#log.end()
      },
      summarize: () => this.#log.stats.summary(options, this.connection.input),
    })
    this.connection = new Connection(options, database, setting, this.#life, {
      onEvent: (event) => this.#onEvent(event),
      onConnected: (connected) => this.#onConnected(connected, setting.rerun !== undefined),
    })
    given.signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  get state(): StreamState {
    return this.#life.state
  }

  get seed(): number {
    return this.#options.streamSeed
  }

  /** How far it is; 0 before it is connected. */
  get progress(): Omit<Progress, 'moving'> {
    const { acknowledged, sent } = this.connection
    return { acknowledged, sent, timeOf: (commit) => this.#log.timeOf(commit) }
  }

  get finished(): Promise<CdcSummary> {
    const finished = this.#reporting(this.#life.finished, 'finished')
    finished.catch(() => {})
    return finished
  }

  stats(): CdcStats {
    return this.#log.stats.snapshot()
  }

  async start(): Promise<void> {
    this.#life.expect('start', 'idle')
    this.#expectFree('start')
    this.#life.goOnAs('running')
    const { driver } = await this.connection.open()
    const { acknowledged } = this.connection
    // A run that is resumed may have made all of its commits before.
    if (this.state === 'stopped') return this.#report(acknowledged, 'start()')
    await driver.run()
    await this.#arrival(acknowledged + 1)
    this.#report(acknowledged + 1, 'start()')
  }

  /** Executes the whole script, once the run that had the tables before has ended. */
  async runAfter(before: StreamRun): Promise<CdcSummary> {
    this.#life.goOnAs('running')
    const { batches } = this.#options
    const { driver } = await this.connection.open(before)
    await (batches > 0 ? driver.run() : driver.stop())
    const summary = await this.#life.finished
    if (summary.commits < batches) throw this.#tooLate(batches)
    this.#report(summary.commits, 'run()')
    return summary
  }

  async pause(): Promise<void> {
    this.#life.expect('pause', 'running', 'paused')
    const { driver } = await this.connection.open()
    await driver.pause()
    const { acknowledged } = this.connection
    if (this.state === 'running') this.#life.goOnAs('paused')
    this.#life.rethrow()
    this.#report(acknowledged, 'pause()')
  }

  resume(): void {
    this.#life.expect('resume', 'paused')
    this.#life.goOnAs('running')
    // An error of the load is told by `finished`.
    this.connection.driver?.run().catch(() => {})
  }

  setRate(changesPerSecond: number): void {
    checkOption('rate', changesPerSecond)
    this.#life.expect('setRate', 'idle', 'running', 'paused')
    this.connection.setRate(changesPerSecond)
  }

  async step(commits = 1): Promise<void> {
    this.#report(await this.makeCommits(commits), `step(${commits})`)
  }

  /** The same without a report. Resolves with the number of the last of the commits. */
  async makeCommits(commits: number): Promise<number> {
    if (!(Number.isInteger(commits) && commits >= 1)) {
      throw new StateError(`Expected \`step\` to be told an integer ≥ 1, got \`${commits}\`.`)
    }
    this.#life.expect('step', 'idle', 'paused')
    this.#expectFree('step')
    this.#life.goOnAs('paused')
    const { driver } = await this.connection.open()
    const wanted = this.connection.acknowledged + commits
    if (this.state !== 'stopped') await driver.step(commits)
    this.#life.rethrow()
    if (this.connection.acknowledged < wanted) throw this.#tooLate(wanted)
    return wanted
  }

  async during<T, Session = Client>(use: (session: Session) => Promise<T>): Promise<T> {
    this.#life.expect('during', 'idle', 'running', 'paused')
    const { driver, tables } = await this.connection.open()
    const { nulls, retryFor, answerWithin } = this.#options
    const connection = this.connection.target
    const { ended } = this.#life
    const fail = (error: Error): void => {
      this.#life.end(error)
      void driver.abort()
    }
    let held = 0
    const interrupted = { driver, connection, tables, nulls, retryFor, answerWithin, ended, fail }
    const result = await this.#between.run(interrupted, (session: Session) => {
      held = this.connection.acknowledged
      return use(session)
    })
    this.#report(held, 'during()')
    return result
  }

  async reached(commit: number): Promise<void> {
    await this.#arrival(commit)
    this.#report(commit, `reached(${commit})`)
  }

  async stop(): Promise<CdcSummary> {
    await this.connection.stop()
    return this.#reporting(this.#life.finished, 'stop()')
  }

  /** Ends at once; the batch in flight is given up, and the ledger may lack it. */
  async abort(): Promise<void> {
    await this.connection.driver?.abort()
    this.#life.end(new StateError('The stream was aborted.'))
  }

  /** Each commit counts as reported when it is yielded. */
  commits(options: CommitsOptions): AsyncGenerator<Commit> {
    return this.#follow(new CommitFeed(options, this.seed), options.signal)
  }

  async verify(options: Parameters<CdcStream['verify']>[0] = {}): Promise<Verification> {
    expectKnown(options, ['signal', 'retryFor'], '`verify()`')
    this.#life.expect('verify', 'paused', 'stopped', 'failed')
    return this.connection.verify(options)
  }

  async *#follow(feed: CommitFeed, signal: AbortSignal | undefined): AsyncGenerator<Commit> {
    for (let commit = 1; await this.#log.wait(commit, signal); commit++) {
      const made = feed.commit(commit, this.connection.connected, this.#log.times.at(commit))
      this.#report(commit, 'commits()')
      yield made
    }
    const rest = feed.rest()
    if (rest) yield rest
    this.#life.rethrow()
  }

  async #onConnected({ driver, input, ledger, target }: Connected, isRerun: boolean): Promise<void> {
    const { resumes, batches } = this.#options
    if (resumes) this.#log.takeOver(ledger)
    if (resumes && ledger.commit >= batches) await driver.stop()
    else if (target && !isRerun) {
      const token = isComplete(this.#options, input) ? encodeToken(this.#options, input) : undefined
      this.#log.enter({ type: 'resumable', token })
    }
  }

  #onEvent(event: DriverEvent): void {
    if (event.type === 'ended') this.#life.end(event.error)
    else this.#log.enter(event)
  }

  readonly #onAbort = (): void => {
    // An error of the load is told by `finished`.
    this.connection.stop().catch(() => {})
  }

  async #reporting(call: Promise<CdcSummary>, by: string): Promise<CdcSummary> {
    const summary = await call
    this.#report(summary.commits, by)
    return summary
  }

  async #arrival(commit: number): Promise<void> {
    if (commit > this.#options.batches) throw this.#tooLate(commit)
    if (await this.#log.wait(commit)) return
    this.#life.rethrow()
    throw this.#tooLate(commit)
  }

  /** Work between two commits that waits for a commit would wait for itself. */
  #expectFree(method: string): void {
    if (!this.#between.busy) return
    throw new StateError(`Expected \`${method}()\` before or after \`during()\`, got a call while it holds the stream.`)
  }

  #tooLate(commit: number): StateError {
    return new StateError(
      `Expected commit ${commit} to come, got a stream that ends with commit ${Math.min(this.connection.acknowledged, this.#options.batches)}.`,
    )
  }
}
