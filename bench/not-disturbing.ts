import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { createCdcStream } from '../src/stream/create-cdc-stream.js'
import type { CdcStream } from '../src/stream/cdc-stream.js'
import { sharedWorker } from '../src/driver/shared-worker.js'
import type { ConnectionOptions } from '../src/database/connection/connection.js'
import type { Effort } from './support/effort.js'
import { interleave } from './support/interleave.js'
import { comparison, type PartResult } from './support/result.js'
import { withTables } from './support/schema.js'
import { SEED } from './support/settings.js'
import { summarize } from './support/statistics.js'

const figures = ['p50', 'p99', 'max'] as const
const FREE = 'before'
const ASLEEP = 'thread asleep'
const BUSY = 'thread busy'

/** What the load does to the test's thread, and what the test's thread does to the load. */
export async function notDisturbing(server: ConnectionOptions, effort: Effort): Promise<PartResult> {
  const release = sharedWorker.hold()
  const milliseconds = effort.scale(2_000)
  const delays = await interleave(
    {
      idle: async () => named('idle', await eventLoopDelay(milliseconds)),
      loaded: () => withLoad(server, 0, async () => named('under load', await eventLoopDelay(milliseconds))),
    },
    effort,
  )
  const commits = await interleave(
    {
      'flat out': () => withLoad(server, 0, (stream) => blocked(stream, 'flat out', sleep, milliseconds)),
      'every 20 ms': () => withLoad(server, 20, (stream) => blocked(stream, 'every 20 ms', spin, milliseconds)),
    },
    effort,
  )
  release()
  const median = (name: string): number => summarize(delays.get(name)!).median
  const share = (pace: string, how: string): number => {
    const before = commits.get(`${pace}, ${FREE}`)!
    return summarize(commits.get(`${pace}, ${how}`)!.map((value, round) => value / before[round]!)).median
  }
  return {
    title: 'Not disturbing',
    comparisons: [
      ...figures.map((figure) =>
        comparison(`event-loop delay, ${figure}`, 'ms', delays, [`idle, ${figure}`, `under load, ${figure}`]),
      ),
      comparison('flat out', 'commits/s', commits, [`flat out, ${FREE}`, `flat out, ${ASLEEP}`]),
      comparison('every 20 ms', 'commits/s', commits, [`every 20 ms, ${FREE}`, `every 20 ms, ${BUSY}`]),
    ],
    targets: [
      {
        text: 'p99 of the event-loop delay: ms more than idle',
        value: median('under load, p99') - median('idle, p99'),
        limit: 5,
        bound: 'at most',
      },
      {
        text: 'commits while the thread sleeps: share of before',
        value: share('flat out', ASLEEP),
        limit: 0.9,
        bound: 'at least',
      },
      {
        text: 'commits while the thread computes: share of before',
        value: share('every 20 ms', BUSY),
        limit: 0.9,
        bound: 'at least',
      },
    ],
    notes: ['The delay is that of `perf_hooks.monitorEventLoopDelay` with a resolution of 1 ms. A block lasts 2 s.'],
  }
}

function withLoad<T>(server: ConnectionOptions, interval: number, use: (stream: CdcStream) => Promise<T>): Promise<T> {
  return withTables(server, async ({ connection }) => {
    const options = { target: connection, continuous: true, interval, seed: SEED, environment: {} }
    await using stream = createCdcStream(options)
    await stream.start()
    await stream.reached(20)
    return await use(stream)
  })
}

async function eventLoopDelay(milliseconds: number): Promise<number[]> {
  const histogram = monitorEventLoopDelay({ resolution: 1 })
  histogram.enable()
  await delay(milliseconds)
  histogram.disable()
  return [histogram.percentile(50), histogram.percentile(99), histogram.max].map((nanoseconds) => nanoseconds / 1e6)
}

function named(name: string, values: readonly number[]): Record<string, number> {
  return Object.fromEntries(figures.map((figure, index) => [`${name}, ${figure}`, values[index]!]))
}

/** Commits a second while the thread is free, then while it is blocked. */
async function blocked(
  stream: CdcStream,
  pace: string,
  block: typeof sleep,
  milliseconds: number,
): Promise<Record<string, number>> {
  const commitsDuring = async (wait: () => unknown): Promise<number> => {
    const [before, begun] = [stream.ledger.commit, performance.now()]
    await wait()
    return ((stream.ledger.commit - before) * 1000) / (performance.now() - begun)
  }
  const free = await commitsDuring(() => delay(milliseconds))
  const during = await commitsDuring(() => block(milliseconds))
  return { [`${pace}, ${FREE}`]: free, [`${pace}, ${block === sleep ? ASLEEP : BUSY}`]: during }
}

/** Blocks the thread and leaves its core to others. */
function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

/** Blocks the thread and a core. */
function spin(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end;);
}
