import { expect, onTestFinished, test } from 'vitest'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../../src/database/embedded/free-port.js'
import { createCdcStream } from '../../src/index.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import type { MysqlClient } from '../../src/database/mysql/client.js'
import { connect } from '../../src/database/mysql/connect.js'
import { Random } from '../../src/tables/random.js'
import { type MariadbServer, startMariadb } from '../support/mariadb-server.js'
import { type Proxy, startProxy } from '../support/proxy.js'
import { hasSource } from './source.js'

const onSource = test.runIf(hasSource)

/** What strikes at a stream, and what it needs. */
interface Arena {
  readonly server: MariadbServer
  readonly proxy: Proxy
  readonly random: Random
  /** On a session that bypasses the proxy; a new one each time, as the server may have gone. */
  admin<T>(work: (client: MysqlClient) => Promise<T>): Promise<T>
}

type Fault = (arena: Arena) => Promise<void | (() => Promise<void>)>

const SENDS = 25
const SESSIONS = `FROM information_schema.PROCESSLIST WHERE USER = 'writer'`

function atRandomSend({ proxy, random }: Arena, forward: boolean, act: () => Promise<void>, cut?: false): void {
  let left = random.below(SENDS)
  proxy.onSend = () => {
    if (left-- > 0) return undefined
    proxy.onSend = () => undefined
    return { forward, act, ...(cut === false && { cut }) }
  }
}

function atCommit({ proxy, random }: Arena, forward: boolean, act: () => Promise<void>): void {
  let left = random.below(3)
  proxy.onCommit = () => {
    if (left-- > 0) return undefined
    proxy.onCommit = () => undefined
    return { forward, act }
  }
}

async function kill({ admin }: Arena, what: 'CONNECTION' | 'QUERY'): Promise<void> {
  await admin(async (client) => {
    const { rows } = await client.query<{ id: string }>(`SELECT ID AS id ${SESSIONS}`)
    for (const { id } of rows) await client.query(`KILL ${what} ${id}`).catch(() => {})
  })
}

/** Asks until no session of the stream is at work. */
async function untilIdle({ admin }: Arena): Promise<void> {
  await admin(async (client) => {
    while ((await client.query(`SELECT 1 AS busy ${SESSIONS} AND COMMAND = 'Query'`)).rows.length > 0);
  })
}

const nothing = async (): Promise<void> => {}

const faults: Readonly<Record<string, Fault>> = {
  'connection killed': async (arena) => atRandomSend(arena, true, () => kill(arena, 'CONNECTION')),
  'connection cut before a statement arrives': async (arena) => atRandomSend(arena, false, nothing),
  'connection cut after a statement was sent': async (arena) => atRandomSend(arena, true, nothing),
  'COMMIT lost on its way': async (arena) => atCommit(arena, false, nothing),
  'connection cut while COMMIT is worked on': async (arena) => atCommit(arena, true, nothing),
  'answer to COMMIT lost': async (arena) => atCommit(arena, true, () => untilIdle(arena)),
  'server killed': async (arena) => atRandomSend(arena, arena.random.below(2) === 0, () => arena.server.crash()),
  'server killed at COMMIT': async (arena) => atCommit(arena, true, () => arena.server.crash()),
  'half-open connection': async (arena) => atRandomSend(arena, arena.random.below(2) === 0, nothing, false),
  'statement killed': async (arena) => {
    let left = arena.random.below(SENDS)
    arena.proxy.onSend = () => {
      if (left-- === 0) void kill(arena, 'QUERY').catch(nothing)
      return undefined
    }
  },
  'lock time-out or deadlock': async ({ admin }) => {
    let release = (): void => {}
    const released = new Promise<void>((resolve) => (release = resolve))
    const held = admin(async (client) => {
      await client.query('BEGIN')
      await client.query('SELECT * FROM tpcds.store_sales_heap FOR UPDATE').catch((error: { code?: string }) => {
        // The server has chosen this one of two that wait for each other.
        if (error.code !== '40P01') throw error
      })
      // Longer than a session of the stream waits.
      await Promise.race([released, delay(1_500)])
      await client.query('ROLLBACK')
    })
    return async () => {
      release()
      await held
    }
  },
  'read-only': async ({ admin }) => {
    await admin((client) => client.query('SET GLOBAL read_only = ON'))
    const writable = delay(200).then(() => admin((client) => client.query('SET GLOBAL read_only = OFF')))
    return async () => void (await writable)
  },
}

/** All hundred seeds, instead of a selection. */
const ALL = process.env['CDC_TEST_FAULTS'] === 'all'
const ROUNDS = ALL ? 9 : 1

async function openArena(seed: number): Promise<{ readonly arena: Arena; readonly target: ConnectionOptions }> {
  const port = await freePort()
  const server = (await startMariadb({ port, settings: ['--innodb-lock-wait-timeout=1'] }))!
  onTestFinished(() => server[Symbol.asyncDispose]())
  const root = { protocol: 'mysql', host: server.socketPath, port, user: 'root' } as const
  const admin: Arena['admin'] = async (work) => {
    const client = await connect({ ...root, database: 'mysql', schema: 'mysql' })
    try {
      return await work(client)
    } finally {
      await client.close()
    }
  }
  await admin(async (client) => {
    await client.query(`CREATE USER writer@'127.0.0.1' IDENTIFIED BY 'secret99'`)
    await client.query(`GRANT ALL ON tpcds.* TO writer@'127.0.0.1'; GRANT PROCESS ON *.* TO writer@'127.0.0.1'`)
  })
  const direct = {
    ...root,
    host: '127.0.0.1',
    user: 'writer',
    password: 'secret99',
    database: 'tpcds',
    schema: 'tpcds',
  }
  const proxy = await startProxy(direct)
  onTestFinished(() => proxy[Symbol.asyncDispose]())
  return { arena: { server, proxy, random: new Random(seed, 'faults').at(1), admin }, target: proxy.connection }
}

onSource.for([{ writers: 1 }, { writers: 2, lateCommit: 0.3 }])(
  'nothing is lost and nothing doubled, whatever strikes: %o',
  { timeout: ALL ? 900_000 : 180_000 },
  async (overlap) => {
    const seed = overlap.writers
    const { arena, target } = await openArena(seed)
    const options = { createTables: true, batchSize: 20, interval: 0, answerWithin: 1_000, continuous: true } as const
    let [retries, resolved] = [0, 0]
    const warnings: string[] = []
    await using stream = createCdcStream({
      ...options,
      ...overlap,
      target,
      seed,
      ratio: { insert: 40, update: 30, delete: 30 },
      observe: (event) => {
        if (event.type === 'retry') retries += 1
        if (event.type === 'resolved') resolved += 1
        if (event.type === 'warning') warnings.push(event.message)
      },
    })
    await stream.step(5)
    // This server keeps no binary log.
    expect(warnings).toContainEqual(expect.stringContaining('log_bin'))
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, strike] of Object.entries(faults)) {
        const finish = await strike(arena)
        await stream.step(8)
        await finish?.()
        arena.proxy.onSend = arena.proxy.onCommit = () => undefined
        expect(await stream.verify(), `${name}, round ${round}`).toMatchObject({ equal: true, differences: [] })
      }
    }
    expect(retries).toBeGreaterThan(ROUNDS * 6)
    expect(resolved).toBeGreaterThan(ROUNDS)
  },
)
