import { setTimeout as delay } from 'node:timers/promises'
import type { AuditOptions, AuditReader } from '../audit/audit-options.js'
import type { AuditFacts, AuditRead } from '../audit/audit-read.js'
import { includesCommit } from '../audit/commit-ranges.js'
import { anomaliesOf, firstOfEach, judgeRead } from '../audit/judge-read.js'
import { leftOver } from '../audit/left-over.js'
import { oneLine } from '../database/one-line.js'
import { CdcError, TargetError } from '../errors.js'
import type { CommitTarget } from '../match/commit-target.js'
import { statesFor } from '../match/rows/compare-with-commits.js'
import { type Reading, toReadingAsync } from '../match/rows/reading.js'
import type { CdcStream } from './cdc-stream.js'
import type { Progress } from './reads.js'
import { unlessAborted } from './unless-aborted.js'

/** Milliseconds that a read which has begun may take beyond the time to catch up. */
const LAST_READ = 10_000
/** So often in a row the sink has to be as after the last commit: it may only have come by. */
const SETTLED = 2

interface SinkOptions extends Required<Pick<AuditOptions, 'every' | 'within' | 'snapshots'>> {
  readonly stream: Pick<CdcStream, 'read'>
  readonly progress: () => Omit<Progress, 'moving'>
  readonly read: AuditReader
  readonly target: CommitTarget
}

/** Reads a sink again and again, and judges each read while its rows are there. */
export class SinkReads {
  readonly #options: SinkOptions
  readonly #reads: AuditRead[] = []
  readonly #cease = new AbortController()
  #timers: NodeJS.Timeout[] = []
  #readings: readonly Reading[] = []
  #failed: { readonly reads: number; readonly first: string | undefined } = { reads: 0, first: undefined }
  #failure: Error | undefined
  /** The last commit, once the load has ended. */
  #commit: number | undefined
  #isLate = false

  constructor(options: SinkOptions) {
    this.#options = options
  }

  /** To be called when the load has ended: from now on the sink has its time to catch up. */
  expectEnd(commit: number): void {
    this.#commit = commit
    const { within } = this.#options
    this.#timers = [
      setTimeout(() => (this.#isLate = true), within),
      setTimeout(() => this.cease(new TargetError(noAnswer(within + LAST_READ))), within + LAST_READ),
    ]
  }

  cease(reason: Error): void {
    this.#cease.abort(reason)
  }

  /**
   * Resolves once the sink has caught up for good, or its time is over.
   *
   * @throws OptionsError and StateError at once; TargetError for a sink that cannot be read at the end; why it was to cease
   */
  async run(): Promise<void> {
    const { every } = this.#options
    const { signal } = this.#cease
    try {
      for (let settled = 0; settled < SETTLED;) {
        const begun = performance.now()
        const commit = this.#commit
        const read = await this.#readOnce(signal)
        if (commit !== undefined) {
          const isThere = read && Object.values(read.tables).every(({ commits }) => includesCommit(commits, commit))
          settled = isThere ? settled + 1 : 0
          if (this.#isLate) break
        }
        await delay(Math.max(0, every - (performance.now() - begun)), undefined, { signal })
      }
    } catch (error) {
      throw signal.aborted ? signal.reason : error
    } finally {
      for (const timer of this.#timers) clearTimeout(timer)
    }
    if (this.#failure) throw this.#failure
  }

  /** To be called when it has run. */
  facts(commit: number): AuditFacts {
    const { snapshots, progress } = this.#options
    const reads = [...this.#reads]
    const last = reads.pop()
    const rest = this.#readings.filter(({ name }) => !includesCommit(last?.tables[name]?.commits ?? [], commit))
    const over = rest.map((reading) => leftOver(reading, commit))
    const sum = (of: 'missing' | 'extra'): number => over.reduce((total, one) => total + one[of], 0)
    const together = snapshots ? [this.#readings] : rest.map((reading) => [reading])
    const found = rest.length === 0 ? [] : together.flatMap((readings) => anomaliesOf(readings, commit, commit))
    return {
      reads: last ? [...reads, { ...last, anomalies: firstOfEach([...last.anomalies, ...found]) }] : reads,
      failed: this.#failed,
      commit,
      snapshots,
      leftOver: { missing: sum('missing'), extra: sum('extra') },
      timeOf: progress().timeOf,
    }
  }

  async #readOnce(signal: AbortSignal): Promise<AuditRead | undefined> {
    const { stream, progress, read, target, snapshots } = this.#options
    try {
      let times = { began: 0, ended: 0, acknowledged: 0 }
      await stream.read(async () => {
        const began = Date.now()
        const { acknowledged } = progress()
        const rows = await unlessAborted(Promise.resolve(read({ signal })), signal)
        const given = statesFor(rows, target).map(({ state, given: table }) => toReadingAsync(state, table))
        this.#readings = await unlessAborted(Promise.all(given), signal)
        times = { began, acknowledged, ended: Date.now() }
        return rows
      })
      const judged = { ...times, ...judgeRead(this.#readings, snapshots) }
      this.#reads.push(judged)
      this.#failure = undefined
      return judged
    } catch (error) {
      // What is wrong with the options or the stream does not pass; a sink that is away may come back.
      if (signal.aborted || (error instanceof CdcError && !(error instanceof TargetError))) throw error
      const text = oneLine(error instanceof Error ? error.message : String(error))
      this.#failed = { reads: this.#failed.reads + 1, first: this.#failed.first ?? text }
      this.#failure =
        error instanceof TargetError
          ? error
          : new TargetError(`Expected the sink to be read at the end, got: ${text}`, { cause: error })
      return undefined
    }
  }
}

function noAnswer(milliseconds: number): string {
  return `Expected the sink to be read within ${milliseconds} ms after the end of the load, got no answer. Give it more time with \`within\`.`
}
