import type { Percentiles } from '../audit/percentiles.js'
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import { addCounts, type ChangeCounts, changeCount, noCounts } from '../ledger/change.js'
import type { PlannedLedger } from '../ledger/planned-ledger.js'
import { familiesOf, firstNumbers } from '../plan/families/families.js'
import type { PlanInput } from '../plan/plan-input.js'
import { shardText } from '../plan/shard.js'
import type { ResolvedOptions } from '../options/resolve-options.js'
import { encodeToken } from '../options/token/describe-run.js'
import type { CommitEvent } from '../driver/stream-event.js'
import type { CdcStats, CdcSummary } from './cdc-stream.js'

/** Of the slots that were left out before one batch, so many are told apart at most. */
const MOST_SLOTS = 10_000

/** Adds up what a stream did, from its events. */
export class StreamStats {
  /** In microseconds, because histograms hold integers. */
  readonly #latency = createHistogram()
  readonly #response = createHistogram()
  readonly #tables = new Map<string, ChangeCounts>()
  #commits = 0
  /** Changes that a process before this one made. */
  #before = 0
  #total = noCounts
  #firstBegan = 0
  #lastAcknowledged = 0
  #retries = 0
  #resolved = 0
  #overlap = 0
  #lag = 0

  /** Begins with commits that a process before this one made. Their durations are not known. */
  takeOver(ledger: PlannedLedger): void {
    this.#commits = ledger.commit
    for (let commit = 1; commit <= ledger.commit; commit++) this.#addTables(ledger.counts(commit))
    this.#before = changeCount(this.#total)
  }

  addCommit(event: CommitEvent): void {
    if (this.#latency.count === 0) this.#firstBegan = event.at - event.milliseconds
    this.#commits = event.commit
    this.#lastAcknowledged = event.at
    this.#lag = event.lag
    this.#overlap = Math.max(this.#overlap, event.open)
    record(this.#latency, event.milliseconds)
    for (const milliseconds of responseTimes(event)) record(this.#response, milliseconds)
    this.#addTables(event.tables)
  }

  addRetry(): void {
    this.#retries += 1
  }

  addResolved(): void {
    this.#resolved += 1
  }

  snapshot(): CdcStats {
    const changes = changeCount(this.#total)
    const seconds = Math.max((this.#lastAcknowledged - this.#firstBegan) / 1000, 0.001)
    return {
      commits: this.#commits,
      changes,
      ...this.#total,
      changesPerSecond: Math.round((changes - this.#before) / seconds),
      latency: percentiles(this.#latency),
      response: percentiles(this.#response),
      retries: this.#retries,
      resolved: this.#resolved,
      overlap: this.#overlap,
      lag: this.#lag,
    }
  }

  /** The final account of a stream; without an input for one that never began. */
  summary(options: ResolvedOptions, input: PlanInput | undefined): CdcSummary {
    const { shard, base, streamSeed: seed } = options
    const first = input ? firstNumbers(familiesOf(input), input.baselineRows) : []
    const tables = input?.tables.map(({ definition: { name }, baseline }, index) => {
      const counts = this.#table(name)
      const rows = baseline.images.length + first[index]!.length + counts.inserts - counts.deletes
      return [name, { ...counts, rows }] as const
    })
    return {
      ...this.snapshot(),
      seed,
      ...(shard && { shard: shardText(shard) }),
      ...(base !== undefined && { base }),
      token: input ? encodeToken(options, input, this.#commits) : '',
      tables: Object.fromEntries(tables ?? []),
    }
  }

  #table(name: string): ChangeCounts {
    return this.#tables.get(name) ?? noCounts
  }

  #addTables(tables: Readonly<Record<string, ChangeCounts>>): void {
    for (const [table, counts] of Object.entries(tables)) {
      this.#total = addCounts(this.#total, counts)
      this.#tables.set(table, addCounts(this.#table(table), counts))
    }
  }
}

/**
 * How long those had to wait who came when the schedule wanted a batch to begin: this one, and those that were left out
 * before it, which would have been answered no sooner. In milliseconds.
 */
export function* responseTimes({ milliseconds, lag, skipped }: CommitEvent): Generator<number> {
  const slots = Math.min(skipped, MOST_SLOTS) + 1
  for (let slot = 0; slot < slots; slot++) yield milliseconds + lag * (1 - slot / slots)
}

function record(histogram: RecordableHistogram, milliseconds: number): void {
  histogram.record(Math.max(1, Math.round(milliseconds * 1000)))
}

function percentiles(histogram: RecordableHistogram): Percentiles {
  const at = (percentile: number): number => (histogram.count === 0 ? 0 : histogram.percentile(percentile) / 1000)
  return { p50: at(50), p95: at(95), p99: at(99), max: at(100) }
}
