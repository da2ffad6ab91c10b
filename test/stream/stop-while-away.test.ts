import { expect, test } from 'vitest'
import { connect } from '../../src/database/postgres/connect.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { createCdcStream, type StreamEvent } from '../../src/index.js'
import { cdcError } from '../support/cdc-error.js'
import { openStrikingWire } from '../support/striking-wire.js'
import { restartableServer } from '../support/restartable-server.js'
import { useClient, useRole, useSchema } from '../support/server.js'

/** Longer than a test may take: nothing here ends because time is up. */
const OPTIONS = {
  batchSize: 50,
  interval: 0,
  ratio: { insert: 60, update: 25, delete: 15 },
  createTables: true,
  retryFor: 600_000,
} as const

/** Lets a test wait for what a stream tells. */
function watch(): { observe: (event: StreamEvent) => void; next: (type: StreamEvent['type']) => Promise<StreamEvent> } {
  const waiting = new Set<(event: StreamEvent) => void>()
  return {
    observe: (event) => waiting.forEach((tell) => tell(event)),
    next: (type) =>
      new Promise((resolve) => {
        const tell = (event: StreamEvent): void => {
          if (event.type !== type) return
          waiting.delete(tell)
          resolve(event)
        }
        waiting.add(tell)
      }),
  }
}

test('a batch that is tried again is given up, and the stream ends with the commits that were made', async () => {
  await using server = await restartableServer()
  const { observe, next } = watch()
  await using stream = createCdcStream({ ...OPTIONS, target: server.connection, seed: 21, observe })
  await stream.step(3)
  await server.stop('fast')
  const tried = next('retry')
  const stepped = stream.step()
  stepped.catch(() => {})
  await tried
  const summary = await stream.stop()
  expect(summary).toMatchObject({ commits: 3, changes: 300 })
  expect(await stream.finished).toEqual(summary)
  expect(stream.state).toBe('stopped')
  expect(stream.ledger.at().commit).toBe(3)
  await expect(stepped).rejects.toThrow(cdcError('ERR_CDC_STATE', 'commit 4', 'commit 3'))
  await server.start()
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 3 })
})

test('a batch that is in flight when stop() is asked for is given up when it fails', async () => {
  const connection = await useRole(await useSchema())
  await using stream = createCdcStream({ ...OPTIONS, target: connection, seed: 22 })
  await stream.step(3)
  const other = await useClient()
  const table = `${connection.schema}.store_sales_heap`
  await other.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`)
  stream.resume()
  const waiting = 'SELECT pid FROM pg_locks WHERE NOT granted AND relation = $1::regclass'
  while ((await other.query(waiting, [table])).rowCount === 0);
  const stopped = stream.stop()
  while (stream.state !== 'stopped') {
    await other.query(`SELECT pg_terminate_backend(pid) FROM (${waiting}) AS held_up`, [table])
  }
  expect(await stopped).toMatchObject({ commits: 3, changes: 300 })
  await other.query('ROLLBACK')
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 3 })
})

test.each([
  ['took effect', true],
  ['did not', false],
])('a batch whose COMMIT got no answer is looked for after stop(); it %s', async (_, forward) => {
  const connection = await useSchema()
  await using wire = await openStrikingWire(connection)
  let strike = (): void => {}
  let release = (): void => {}
  const struck = new Promise<void>((resolve) => (strike = resolve))
  const released = new Promise<void>((resolve) => (release = resolve))
  wire.onCommit = (count) => {
    if (count !== 4) return undefined
    return {
      forward,
      act: async () => {
        if (forward) await untilCommitted(connection)
        strike()
        await released
      },
    }
  }
  const { observe, next } = watch()
  await using stream = createCdcStream({ ...OPTIONS, target: wire.connection, seed: 23, observe })
  const resolved = next('resolved')
  await stream.start()
  await struck
  const stopped = stream.stop()
  release()
  expect(await resolved).toMatchObject({ commit: 4, committed: forward })
  expect(await stopped).toMatchObject({ commits: 4, resolved: 1 })
  expect(stream.state).toBe('stopped')
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 4 })
})

/** Asks until no COMMIT is being worked on. */
async function untilCommitted(connection: ConnectionOptions): Promise<void> {
  const client = await connect(connection)
  const busy = `SELECT FROM pg_stat_activity WHERE query = 'COMMIT' AND state = 'active'`
  while ((await client.query(busy)).rowCount !== 0);
  await client.end()
}

test('while the server is away, a batch in doubt is still looked for after stop()', async () => {
  await using server = await restartableServer()
  await using wire = await openStrikingWire(server.connection)
  wire.onCommit = (count) => {
    if (count !== 4) return undefined
    return {
      forward: true,
      act: async () => {
        await untilCommitted(server.connection)
        await server.stop('immediate')
      },
    }
  }
  const { observe, next } = watch()
  await using stream = createCdcStream({ ...OPTIONS, target: wire.connection, seed: 24, observe })
  let tried = next('retry')
  await stream.start()
  await tried
  tried = next('retry')
  const stopped = stream.stop()
  await tried
  await server.start()
  expect(await stopped).toMatchObject({ commits: 4, resolved: 1 })
  expect(stream.state).toBe('stopped')
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 4 })
})
