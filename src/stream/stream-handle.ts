import type { Client } from 'pg'
import { StateError } from '../errors.js'
import { BetweenCommits } from './between-commits.js'
import type { CdcOptions } from './cdc-options.js'
import type { CdcSummary, StreamState } from './cdc-stream.js'
import type { Driver, DriverEvent, Rerun } from '../driver/driver.js'
import { LifeCycle } from './life-cycle.js'
import { MadeCommits } from './made-commits.js'
import { type Opened, Opening } from './opening.js'
import { checkRate, type ResolvedOptions } from '../options/resolve-options.js'
import { StreamAccount } from './stream-account.js'
import type { StreamResources } from './stream-resources.js'
import { streamSummary } from './stream-summary.js'
import { encodeToken, isComplete } from '../options/token/describe-run.js'

/** How a stream differs from one that was asked for by options alone. */
interface HandleSetting {
  /** Rows of every table to write as commit 0. @default 0 */
  readonly baselineRows?: number
  readonly rerun?: Rerun
}

/** Leads a stream through its life. The batches are written by a driver, on the worker thread where that is possible. */
export class StreamHandle {
  readonly finished: Promise<CdcSummary>
  readonly account: StreamAccount
  readonly #options: ResolvedOptions
  readonly #given: Pick<CdcOptions, 'observe' | 'signal'>
  readonly #rerun: Rerun | undefined
  readonly #life = new LifeCycle()
  readonly #made: MadeCommits
  readonly #opening: Opening
  readonly #between = new BetweenCommits()

  constructor(
    options: ResolvedOptions,
    given: Pick<CdcOptions, 'observe' | 'signal'>,
    resources: StreamResources,
    { baselineRows = 0, rerun }: HandleSetting,
  ) {
    this.#options = options
    this.#given = given
    this.#rerun = rerun
    this.finished = this.#life.finished
    this.#made = new MadeCommits((event) => given.observe?.(event))
    this.#opening = new Opening({
      options,
      resources,
      baselineRows: options.start?.baselineRows ?? baselineRows,
      rerun,
      onEvent: (event) => this.#onEvent(event),
      onOpened: (opened) => this.#onOpened(opened),
      onFailed: (error) => this.#end(error),
    })
    this.account = new StreamAccount(options, this.#life, this.#opening, this.#made)
    given.signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  get state(): StreamState {
    return this.#life.state
  }

  /** Connects, checks the tables and writes commit 0, so that the first commit has nothing left to wait for. */
  async prepare(): Promise<void> {
    await this.#opening.open()
  }

  /** The same, once the stream that had the tables before has ended. */
  async prepareAfter(before: StreamHandle): Promise<void> {
    await this.#opening.open(before)
  }

  /** What writes the batches; undefined before it is connected. */
  get driver(): Driver | undefined {
    return this.#opening.driver
  }

  /** Resolves with the number of the commit that it waited for. */
  async start(): Promise<number> {
    this.#life.expect('start', 'idle')
    this.#expectFree('start')
    this.#life.goOnAs('running')
    const { driver } = await this.#opening.open()
    // A run that is resumed may have made all of its commits before.
    if (this.state === 'stopped') return this.#opening.acknowledged
    const next = this.#opening.acknowledged + 1
    await driver.run()
    await this.reached(next)
    return next
  }

  /** Executes the whole script, once the stream that had the tables before has ended. */
  async runAfter(before: StreamHandle): Promise<CdcSummary> {
    this.#life.goOnAs('running')
    const { batches } = this.#options
    const { driver } = await this.#opening.open(before)
    await (batches > 0 ? driver.run() : driver.stop())
    const summary = await this.finished
    if (summary.commits < batches) throw this.#tooLate(batches)
    return summary
  }

  /** Resolves with the number of the last commit. */
  async pause(): Promise<number> {
    this.#life.expect('pause', 'running', 'paused')
    const { driver } = await this.#opening.open()
    await driver.pause()
    const { acknowledged } = this.#opening
    if (this.state === 'running') this.#life.goOnAs('paused')
    this.#life.rethrow()
    return acknowledged
  }

  resume(): void {
    this.#life.expect('resume', 'paused')
    this.#life.goOnAs('running')
    // An error of the load is told by `finished`.
    this.#opening.driver?.run().catch(() => {})
  }

  setRate(changesPerSecond: number): void {
    checkRate(changesPerSecond)
    this.#life.expect('setRate', 'idle', 'running', 'paused')
    this.#opening.setRate(changesPerSecond)
  }

  /** Resolves with the number of the last of the commits. */
  async step(commits = 1): Promise<number> {
    if (!(Number.isInteger(commits) && commits >= 1)) {
      throw new StateError(`Expected \`step\` to be told an integer ≥ 1, got \`${commits}\`.`)
    }
    this.#life.expect('step', 'idle', 'paused')
    this.#expectFree('step')
    this.#life.goOnAs('paused')
    const { driver } = await this.#opening.open()
    const wanted = this.#opening.acknowledged + commits
    if (this.state !== 'stopped') await driver.step(commits)
    this.#life.rethrow()
    if (this.#opening.acknowledged < wanted) throw this.#tooLate(wanted)
    return wanted
  }

  /** @param held is told the number of the last commit before `use` works */
  async during<T>(use: (client: Client) => Promise<T>, held: (commit: number) => void): Promise<T> {
    this.#life.expect('during', 'idle', 'running', 'paused')
    const { driver, input } = await this.#opening.open()
    const { connection } = this.account
    const { nulls, retryFor, answerWithin } = this.#options
    const fail = (error: Error): void => {
      this.#end(error)
      void driver.abort()
    }
    const tables = input.tables.map(({ definition }) => definition)
    const { ended } = this.#life
    const told = (client: Client): Promise<T> => {
      held(this.#opening.acknowledged)
      return use(client)
    }
    return this.#between.run({ driver, connection, tables, nulls, retryFor, answerWithin, ended, fail }, told)
  }

  async reached(commit: number): Promise<void> {
    if (commit > this.#options.batches) throw this.#tooLate(commit)
    if (await this.#made.arrivals.wait(commit)) return
    this.#life.rethrow()
    throw this.#tooLate(commit)
  }

  async stop(): Promise<CdcSummary> {
    const { begun, opened, driver } = this.#opening
    if (begun && (opened || !driver)) {
      await begun.then((open) => open.driver.stop())
    } else {
      // What is read before the first batch is nothing to wait for.
      this.#end()
      await driver?.abort()
    }
    return this.finished
  }

  /** Ends the stream at once; the batch in flight is given up, and the ledger may lack it. */
  async abort(): Promise<void> {
    await this.#opening.driver?.abort()
    this.#end(new StateError('The stream was aborted.'))
  }

  async #onOpened({ target, driver, input, ledger }: Opened): Promise<void> {
    const { resumes, batches } = this.#options
    if (resumes) this.#made.takeOver(ledger)
    if (resumes && ledger.commit >= batches) await driver.stop()
    else if (target && !this.#rerun) {
      const token = isComplete(this.#options, input) ? encodeToken(this.#options, input) : undefined
      this.#given.observe?.({ type: 'resumable', token })
    }
  }

  #onEvent(event: DriverEvent): void {
    if (event.type === 'ended') this.#end(event.error)
    else this.#made.tell(event)
  }

  #end(error?: Error): void {
    this.#life.end(error, {
      release: () => {
        this.#given.signal?.removeEventListener('abort', this.#onAbort)
        this.#made.arrivals.end()
      },
      summarize: () => streamSummary(this.#options, this.#opening.opened?.input, this.#made.stats),
    })
  }

  readonly #onAbort = (): void => {
    // An error of the load is told by `finished`.
    this.stop().catch(() => {})
  }

  /** Work between two commits that waits for a commit would wait for itself. */
  #expectFree(method: string): void {
    if (!this.#between.busy) return
    throw new StateError(`Expected \`${method}()\` before or after \`during()\`, got a call while it holds the stream.`)
  }

  #tooLate(commit: number): StateError {
    return new StateError(
      `Expected commit ${commit} to come, got a stream that ends with commit ${Math.min(this.#opening.acknowledged, this.#options.batches)}.`,
    )
  }
}
