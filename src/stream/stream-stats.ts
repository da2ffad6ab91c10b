import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import type { ChangeCounts } from '../ledger/change.js'
import type { CdcStats } from './cdc-stream.js'
import type { CommitEvent } from './stream-event.js'

/** Adds up what a stream did, from its events. */
export class StreamStats {
  /** Microseconds, because histograms hold integers. */
  readonly #latency: RecordableHistogram = createHistogram()
  readonly #tables = new Map<string, ChangeCounts>()
  #commits = 0
  #total: ChangeCounts = { inserts: 0, updates: 0, deletes: 0 }
  #firstBegan = 0
  #lastAcknowledged = 0
  #retries = 0
  #resolved = 0
  #lag = 0

  addCommit(event: CommitEvent): void {
    if (this.#commits === 0) this.#firstBegan = event.at - event.milliseconds
    this.#commits = event.commit
    this.#lastAcknowledged = event.at
    this.#lag = event.lag
    this.#latency.record(Math.max(1, Math.round(event.milliseconds * 1000)))
    this.#total = add(this.#total, event)
    for (const [table, counts] of Object.entries(event.tables)) {
      const before = this.#tables.get(table)
      this.#tables.set(table, before ? add(before, counts) : counts)
    }
  }

  addRetry(): void {
    this.#retries += 1
  }

  addResolved(): void {
    this.#resolved += 1
  }

  table(name: string): ChangeCounts {
    return this.#tables.get(name) ?? { inserts: 0, updates: 0, deletes: 0 }
  }

  snapshot(): CdcStats {
    const { inserts, updates, deletes } = this.#total
    const changes = inserts + updates + deletes
    const seconds = Math.max((this.#lastAcknowledged - this.#firstBegan) / 1000, 0.001)
    const milliseconds = (percentile: number): number =>
      this.#commits === 0 ? 0 : this.#latency.percentile(percentile) / 1000
    return {
      commits: this.#commits,
      changes,
      inserts,
      updates,
      deletes,
      changesPerSecond: Math.round(changes / seconds),
      latency: { p50: milliseconds(50), p95: milliseconds(95), p99: milliseconds(99), max: milliseconds(100) },
      retries: this.#retries,
      resolved: this.#resolved,
      lag: this.#lag,
    }
  }
}

function add(a: ChangeCounts, b: ChangeCounts): ChangeCounts {
  return { inserts: a.inserts + b.inserts, updates: a.updates + b.updates, deletes: a.deletes + b.deletes }
}
