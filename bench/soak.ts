import { setTimeout as delay } from 'node:timers/promises'
import { createCdcStream, storeReturns, storeSales } from '../src/index.js'
import { connect } from '../src/database/postgres/connect.js'
import { openTarget } from '../src/database/open-target.js'

/*
 * Five million changes against an embedded server: `npm run bench soak`, or `CHANGES=400000 npm run bench soak`. Fails
 * when memory grows after the warm-up, or when something is left open at the end.
 *
 * The tables are passed as definitions, so that the whole engine runs on this thread: the heap of the worker thread is
 * not in the figures of the process.
 */
const CHANGES = Number(process.env['CHANGES'] ?? 5_000_000)
const BATCH_SIZE = 1000
const WARM_UP = Math.min(500_000, CHANGES / 4)
const HEAP_LIMIT = 32
const RESIDENT_LIMIT = 64
const STEPS = 9

interface Memory {
  readonly heap: number
  readonly resident: number
}

/** In MB, after a forced collection: `heapUsed + external`, and what the process has of the machine's memory. */
async function memory(): Promise<Memory> {
  // What the first collection finalizes, the second one frees.
  for (let round = 0; round < 2; round++) {
    globalThis.gc?.()
    await delay(50)
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heap: (heapUsed + external) / 1e6, resident: rss / 1e6 }
}

/** What keeps the process alive, by kind; timers come and go. */
function handles(): string {
  const kinds = process.getActiveResourcesInfo().filter((kind) => kind !== 'Timeout' && kind !== 'Immediate')
  return kinds.toSorted().join(', ')
}

if (!globalThis.gc) throw new Error('Expected node to run with --expose-gc. Use `npm run bench soak`.')

await using target = await openTarget('embedded', { environment: {} })
const admin = await connect(target.connection, { applicationName: 'soak' })
const before = handles()
const tables = [storeSales, storeReturns]
const perCommit = BATCH_SIZE * tables.length
const stream = createCdcStream({
  target: target.connection,
  environment: {},
  createTables: true,
  tables,
  batchSize: BATCH_SIZE,
  interval: 0,
  continuous: true,
  seed: 1,
})
const begun = performance.now()
const reach = async (changes: number): Promise<Memory> => {
  await stream.reached(Math.ceil(changes / perCommit))
  await stream.pause()
  const now = await memory()
  const { changes: made, changesPerSecond } = stream.stats()
  const megabytes = `heap and external ${now.heap.toFixed(1)} MB, resident ${now.resident.toFixed(1)} MB`
  console.log(`${made} changes, ${changesPerSecond} changes/s: ${megabytes}`)
  stream.resume()
  return now
}
await stream.start()
const start = await reach(WARM_UP)
let end = start
for (let step = 1; step <= STEPS; step++) end = await reach(WARM_UP + ((CHANGES - WARM_UP) / STEPS) * step)
const { changes, retries } = await stream.stop()
const { equal } = await stream.verify()
await stream[Symbol.asyncDispose]()
const sessions = async (): Promise<number> => {
  const { rows } = await admin.query<{ count: number }>(
    `SELECT count(*)::int4 AS count FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
  )
  return rows[0]!.count
}
// A session ends a moment after its connection.
for (let tries = 0; tries < 50 && (await sessions()) > 0; tries++) await delay(20)

const heap = end.heap - start.heap
const resident = end.resident - start.resident
const problems = [
  ...(equal ? [] : ['the tables differ from the ledger']),
  ...(heap < HEAP_LIMIT ? [] : [`heap and external grew by ${heap.toFixed(1)} MB, ${HEAP_LIMIT} are allowed`]),
  ...(resident < RESIDENT_LIMIT ? [] : [`resident grew by ${resident.toFixed(1)} MB, ${RESIDENT_LIMIT} are allowed`]),
  ...((await sessions()) === 0 ? [] : ['a session is left']),
  ...(handles() === before ? [] : [`other handles than before (${before}) are left: ${handles()}`]),
]
const seconds = ((performance.now() - begun) / 1000).toFixed(0)
console.log(
  `${changes} changes in ${seconds} s, ${retries} retries. After ${WARM_UP} of them: ` +
    `heap and external grew by ${heap.toFixed(1)} MB, resident by ${resident.toFixed(1)} MB.`,
)
for (const problem of problems) console.error(`error: ${problem}`)
if (problems.length > 0) process.exitCode = 1
await admin.end()
