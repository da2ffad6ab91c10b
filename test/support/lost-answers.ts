import { expect } from 'vitest'
import { type CdcOptions, type ConnectionOptions, createCdcStream } from '../../src/index.js'
import { connect } from '../../src/database/postgres/connect.js'
import { openStrikingWire } from './striking-wire.js'

/**
 * Runs a stream that never hears of every second COMMIT, and checks the tables at its end.
 *
 * @param forward Whether these COMMITs reach the server
 * @returns what the stream has read back of each of them: whether the batch is there
 */
export async function outcomesReadBack(
  connection: ConnectionOptions,
  forward: boolean,
  options: CdcOptions & { readonly batches: number },
): Promise<boolean[]> {
  await using wire = await openStrikingWire(connection)
  wire.onCommit = (count) => {
    if (count % 2 !== 0) return undefined
    return { forward, act: () => (forward ? untilCommitted(connection) : Promise.resolve()) }
  }
  const outcomes: boolean[] = []
  await using stream = createCdcStream({
    ...options,
    target: wire.connection,
    observe: (event) => void (event.type === 'resolved' && outcomes.push(event.committed)),
  })
  await stream.start()
  expect(await stream.finished).toMatchObject({ commits: options.batches })
  expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
  return outcomes
}

/** Asks until no COMMIT is being worked on; every question is a round trip, so this is no busy loop. */
async function untilCommitted(connection: ConnectionOptions): Promise<void> {
  const client = await connect(connection)
  const busy = `SELECT 1 FROM pg_stat_activity WHERE query = 'COMMIT' AND state = 'active'`
  while ((await client.query(busy)).rowCount !== 0);
  await client.end()
}
