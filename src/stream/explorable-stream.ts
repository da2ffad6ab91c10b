import type { BatchSource } from '../plan/batch.js'
import { openBatches } from '../plan/batch-source.js'
import { KeyOrder } from '../plan/rows/key-order.js'
import type { PlanInput } from '../plan/plan-input.js'
import type { ResolvedOptions } from '../options/resolve-options.js'
import type { Driver, Rerun } from '../driver/driver.js'
import { openStage } from '../driver/open-driver.js'
import type { MetCommits } from '../driver/scene.js'
import type { Stage, StageOptions } from '../driver/stage.js'
import type { StreamState } from './cdc-stream.js'
import type { Progress } from './reads.js'
import type { StreamRun } from './stream-run.js'

/** The runs of a stream, as exploring needs them. */
interface Runs {
  readonly options: ResolvedOptions
  readonly current: () => StreamRun
  /** Begins the plan again on tables that are emptied and filled again; nobody is told what happens. */
  readonly again: (how: Pick<Rerun, 'reset' | 'baseline'>) => StreamRun
}

/** What exploring a job needs of a stream, and no user gets. */
export class ExplorableStream {
  readonly #runs: Runs
  readonly #meetings = new WeakMap<PlanInput, CommitMeetings>()
  /** What stood in the tables of its plan. */
  #planned: PlanInput | undefined

  constructor(runs: Runs) {
    this.#runs = runs
  }

  get state(): StreamState {
    return this.#runs.current().state
  }

  get batches(): number {
    return this.#runs.options.batches
  }

  /** What makes the commits of its plan, or of its last script. */
  get driver(): Driver | undefined {
    return this.#runs.current().connection.driver
  }

  /** Connects, so that what stands in the tables is known. */
  async plan(): Promise<PlanInput> {
    const { input } = await this.#runs.current().connection.open()
    return (this.#planned ??= input)
  }

  /**
   * Begins the plan again: empties the tables, puts there what stood in them before, and makes commits again. What was read and
   * reported before is not of the tables that come now.
   *
   * @param refill SQL that does so, commit 0 included
   */
  async again(commits: number, refill: readonly string[]): Promise<void> {
    const before = this.#runs.current()
    const baseline = this.#planned?.tables.map((table) => table.baseline)
    const run = this.#runs.again({ reset: refill, baseline })
    await run.connection.open(before)
    if (commits > 0) await run.makeCommits(commits)
  }

  /** The commits that were acknowledged between two times, in milliseconds since 1970. */
  commitsBetween(first: number | undefined, last: number | undefined): MetCommits {
    const { connection, progress } = this.#runs.current()
    const { input } = connection
    if (first === undefined || last === undefined || !input) return { commits: 0, lateCommits: 0 }
    const meetings = this.#meetings.get(input) ?? new CommitMeetings(input)
    this.#meetings.set(input, meetings)
    return meetings.between(progress, first, last)
  }

  /** Opens a wire to its database, on the thread that makes its commits. Whoever opens it closes it. */
  openStage(options: StageOptions): Promise<Stage> {
    return openStage(options, this.#runs.options.tables)
  }
}

/** Counts commits of a stream by when they were acknowledged. Which of them come late, its plan tells. */
class CommitMeetings {
  readonly #order = new KeyOrder()
  readonly #batches: BatchSource | undefined
  /** The late commits so far. */
  readonly #late = new Set<number>()

  constructor(input: PlanInput) {
    const { script, overlap, tables } = input
    const stepsBack = tables.some(({ definition: { clock } }) => clock !== undefined && clock.order !== 'commit')
    const canBeLate = script !== undefined || stepsBack || (overlap && overlap.lateCommit + overlap.longTransaction > 0)
    this.#batches = canBeLate ? openBatches(input) : undefined
  }

  /** @param first when the first statement came, in milliseconds since 1970; and when the last one was answered */
  between(
    { acknowledged, timeOf }: Pick<Progress, 'acknowledged' | 'timeOf'>,
    first: number,
    last: number,
  ): MetCommits {
    let commits = 0
    let lateCommits = 0
    this.#advance(acknowledged)
    for (let commit = acknowledged; commit >= 1; commit--) {
      const time = timeOf(commit)
      if (time !== undefined && time < first) break
      if (time === undefined || time > last) continue
      commits += 1
      if (this.#late.has(commit)) lateCommits += 1
    }
    return { commits, lateCommits }
  }

  #advance(commit: number): void {
    const batches = this.#batches
    while (batches && batches.commit < commit) {
      const batch = batches.next()
      if (this.#order.comesLate(batch)) this.#late.add(batch.commit)
    }
  }
}
