import { createCdcStream } from '../src/stream/create-cdc-stream.js'
import type { ConnectionOptions } from '../src/database/connection/connection.js'
import type { Effort } from './support/effort.js'
import { comparison, type Comparison } from './support/result.js'
import { withTables } from './support/schema.js'
import { type NamedMix, SEED } from './support/settings.js'

const BATCH_SIZE = 200
const MILESTONES = [100_000, 10_000, 1_000_000, 10_000_000]
const WINDOW = 100

/** How long transactions take after so many changes, in one run. */
export async function growOnDatabase(server: ConnectionOptions, mix: NamedMix, effort: Effort): Promise<Comparison> {
  const most = effort.scale(effort.full ? 10_000_000 : 1_000_000)
  const reached = MILESTONES.filter((changes) => changes <= most)
  const times: number[] = []
  await withTables(server, async ({ connection }) => {
    await using stream = createCdcStream({
      target: connection,
      batches: most / (2 * BATCH_SIZE) + WINDOW,
      batchSize: BATCH_SIZE,
      interval: 0,
      seed: SEED,
      ...(mix.ratio && { ratio: mix.ratio }),
      environment: {},
      observe: (event) => {
        if (event.type === 'commit') times.push(event.milliseconds)
      },
    })
    await stream.start()
    await stream.finished
  })
  const measured = new Map(
    reached.map((changes) => {
      const from = changes / (2 * BATCH_SIZE)
      return [`${changes.toLocaleString('en-US')} changes`, times.slice(from, from + WINDOW)] as const
    }),
  )
  return comparison(`${mix.name}: a transaction on the database after`, 'ms', measured, [...measured.keys()])
}
