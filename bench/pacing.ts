import { setTimeout as delay } from 'node:timers/promises'
import { createCdcStream } from '../src/stream/create-cdc-stream.js'
import { sharedWorker } from '../src/driver/shared-worker.js'
import type { ConnectionOptions } from '../src/database/connection/connection.js'
import type { Effort } from './support/effort.js'
import { interleave } from './support/interleave.js'
import { comparison, type Comparison, type PartResult } from './support/result.js'
import { withTables } from './support/schema.js'
import { SEED } from './support/settings.js'
import { quantile } from './support/statistics.js'

const BATCH_SIZE = 10
const INTERVAL = 'the interval'
const TIMER = 'timer of Node.js'
const BEGIN = 'batch begins'
const COMMIT = 'commit is answered'

/** How late batches begin and commits are answered at a pace, beside timers of Node.js on an idle thread. */
export async function pacing(server: ConnectionOptions, effort: Effort): Promise<PartResult> {
  const release = sharedWorker.hold()
  const comparisons: Comparison[] = []
  for (const perSecond of [10, 100, 500]) {
    const interval = 1000 / perSecond
    const count = Math.max(5, effort.scale(2_000) / interval)
    const measured = await interleave(
      { timer: () => timers(interval, count), ours: () => paced(server, interval, count) },
      effort,
    )
    const title = `${perSecond} batches a second`
    const late = [TIMER, BEGIN, COMMIT].flatMap((name) => [`${name}, p50`, `${name}, p99`])
    comparisons.push(
      comparison(`${title}: late by`, 'ms', measured, [INTERVAL, ...late]),
      comparison(`${title}: slots used`, 'share', measured, [`${TIMER}, slots`, `${COMMIT}, slots`]),
    )
  }
  release()
  return {
    title: 'Pacing',
    comparisons,
    targets: [],
    notes: [
      `Batches of ${2 * BATCH_SIZE} changes. A commit is late by what its batch began late and by its own duration. Slots that a slow batch has missed are left out.`,
    ],
  }
}

/** Timers set for whole multiples of an interval. */
async function timers(interval: number, count: number): Promise<Record<string, number>> {
  const origin = performance.now()
  const late: number[] = []
  let slot = 1
  for (; slot <= count; slot++) {
    await delay(origin + slot * interval - performance.now())
    const over = performance.now() - origin - slot * interval
    // A timer of Node.js may wake up early by a part of a millisecond.
    late.push(Math.max(0, over))
    slot += Math.max(0, Math.floor(over / interval))
  }
  return { ...lateness(TIMER, late), [`${TIMER}, slots`]: late.length / (slot - 1) }
}

async function paced(server: ConnectionOptions, interval: number, count: number): Promise<Record<string, number>> {
  return withTables(server, async ({ connection }) => {
    const begins: number[] = []
    const ends: number[] = []
    let skipped = 0
    await using stream = createCdcStream({
      target: connection,
      batches: Math.ceil(count),
      batchSize: BATCH_SIZE,
      interval,
      seed: SEED,
      environment: {},
      observe: (event) => {
        if (event.type !== 'commit') return
        begins.push(event.lag)
        ends.push(event.lag + event.milliseconds)
        skipped += event.skipped
      },
    })
    await stream.start()
    await stream.finished
    return {
      ...lateness(BEGIN, begins),
      ...lateness(COMMIT, ends),
      [INTERVAL]: interval,
      [`${COMMIT}, slots`]: begins.length / (begins.length + skipped),
    }
  })
}

function lateness(name: string, late: readonly number[]): Record<string, number> {
  const sorted = late.toSorted((a, b) => a - b)
  return { [`${name}, p50`]: quantile(sorted, 0.5), [`${name}, p99`]: quantile(sorted, 0.99) }
}
