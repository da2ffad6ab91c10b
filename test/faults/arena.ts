import type { Client } from 'pg'
import { type CdcOptions, type CdcStream, createCdcStream, type StreamEvent } from '../../src/index.js'
import { Random } from '../../src/tables/random.js'
import { connect } from '../../src/database/postgres/connect.js'
import { type Proxy, startProxy } from '../support/proxy.js'
import { restartableServer, type RestartableServer } from '../support/restartable-server.js'

const ROLE = 'writer'

/** A stream that writes through a proxy to a server of its own, and what faults need to strike at it. */
export interface Arena extends AsyncDisposable {
  readonly server: RestartableServer
  readonly proxy: Proxy
  readonly stream: CdcStream
  readonly random: Random
  /** A superuser, on a session that bypasses the proxy; opened anew where the last one was lost. */
  admin(): Promise<Client>
  /** Resolves with the next event of a kind that the stream tells. */
  told(type: StreamEvent['type']): Promise<void>
}

/** The tables of the stream, for SQL. */
export const SALES = 'tpcds.store_sales_heap'
export const RETURNS = 'tpcds.store_returns_heap'

export async function openArena(seed: number, options: CdcOptions): Promise<Arena> {
  const server = await restartableServer()
  const proxy = await startProxy(server.connection)
  let admin: Client | undefined
  let isLost = true
  const openAdmin = async (): Promise<Client> => {
    if (admin && !isLost) return admin
    admin = await connect(server.connection, { applicationName: 'faults' })
    isLost = false
    admin.on('error', () => (isLost = true)).on('end', () => (isLost = true))
    return admin
  }
  const password = server.connection.password!
  await (
    await openAdmin()
  ).query(
    `CREATE SCHEMA tpcds; CREATE ROLE ${ROLE} SUPERUSER LOGIN PASSWORD '${password}';
     ALTER ROLE ${ROLE} SET lock_timeout = '200ms'; ALTER ROLE ${ROLE} SET statement_timeout = '3s'`,
  )
  const listeners = new Set<(event: StreamEvent) => void>()
  const stream = createCdcStream({
    interval: 0,
    batchSize: 20,
    continuous: true,
    createTables: true,
    seed,
    answerWithin: 1_000,
    ...options,
    target: { ...proxy.connection, user: ROLE },
    observe: (event) => listeners.forEach((listener) => listener(event)),
  })
  return {
    server,
    proxy,
    stream,
    random: new Random(seed, 'faults').at(1),
    admin: openAdmin,
    told: (type) =>
      new Promise((resolve) => {
        const listener = (event: StreamEvent): void => {
          if (event.type !== type) return
          listeners.delete(listener)
          resolve()
        }
        listeners.add(listener)
      }),
    [Symbol.asyncDispose]: async () => {
      proxy.hold = undefined
      await stream[Symbol.asyncDispose]()
      await admin?.end().catch(() => {})
      await proxy[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

/** Sessions of the stream. */
export const SESSIONS: string = `FROM pg_stat_activity WHERE usename = '${ROLE}'`
