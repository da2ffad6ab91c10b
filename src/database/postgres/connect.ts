import { TargetError } from '../../errors.js'
import { connectError, noAnswer } from '../connection/connect-error.js'
import { type ConnectionOptions, type ConnectOptions, describeConnection } from '../connection/connection.js'
import { tlsOptions } from '../connection/tls-options.js'
import { READ_SETTINGS } from '../text-settings.js'
import { applySettings } from './apply-settings.js'
import type { PostgresClient } from './client.js'
import { ownSettings } from './pg-variables.js'
import { Socket } from 'node:net'
import { foreignProtocol, foreignServer } from '../connection/foreign-server.js'

/** Milliseconds for the second session that finds out how a pooler lends, and for all that is asked of it. */
const SECOND_TIMEOUT = 2_000

/** What PgBouncer says to BEGIN where it lends for a statement; it translates nothing. */
const NO_TRANSACTIONS = /statement pooling/

/** @throws TargetError for a connection pooler that gives the session to others between its statements; see the port's `connect` */
export async function connect(connection: ConnectionOptions, options: ConnectOptions = {}): Promise<PostgresClient> {
  const { reads = false, searchesFirst, signal } = options
  const path = searchesFirst === undefined ? {} : { search_path: searchesFirst }
  const settings = { ...(reads ? READ_SETTINGS : {}), ...path, ...options.settings }
  return logIn(connection, options, async (client) => {
    const process = await applySettings(client, settings)
    // A pooler gives each client a process number of its own.
    if ('processID' in client && client.processID === process) return
    const pooling = await findPooling(client, process, connection, signal)
    if (pooling !== 'session') throw pooled(connection, pooling)
  })
}

/** @param ready Is part of what `timeout` and `signal` bound */
async function logIn(
  connection: ConnectionOptions,
  { applicationName = 'vitest-cloudberry-cdc', timeout = 10_000, answerWithin, signal }: ConnectOptions,
  ready: (client: PostgresClient) => Promise<void> = () => Promise.resolve(),
): Promise<PostgresClient> {
  signal?.throwIfAborted()
  // pg, on which it stands, is not loaded before there is something to connect to.
  const { PostgresClient } = await import('./client.js')
  const ssl = await tlsOptions(connection)
  // A socket of our own, because `end()` on a client that is still connecting waits for the server, and pg's own
  // timeout ends with the log-in: `settings` would wait for ever.
  const socket = new WarySocket()
  const client = new PostgresClient({
    host: connection.host,
    port: connection.port,
    database: connection.database,
    user: connection.user,
    // A function, because pg looks for an absent password in PGPASSWORD and ~/.pgpass.
    password: () => passwordOf(connection),
    ssl,
    ...ownSettings(),
    application_name: applicationName,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    stream: () => socket,
  })
  client.on('error', () => {})

  const expire = setTimeout(() => socket.destroy(noAnswer(timeout)), timeout)
  const abort = (): void => void socket.destroy(new Error('aborted'))
  signal?.addEventListener('abort', abort, { once: true })
  try {
    signal?.throwIfAborted()
    await client.connect()
    await ready(client)
    if (answerWithin !== undefined) client.boundSilence(answerWithin)
    return client
  } catch (error) {
    socket.destroy()
    signal?.throwIfAborted()
    throw error instanceof TargetError ? error : connectError(error, connection)
  } finally {
    clearTimeout(expire)
    signal?.removeEventListener('abort', abort)
  }
}

/**
 * For how long a connection pooler lends a session of the server to a client, by the facts: whether a second client is given
 * the server process that this one has, and whether this one keeps it meanwhile. Where the second has to wait, or cannot be
 * had, the first one holds what it has.
 *
 * @param process The server process that the client has been given
 */
async function findPooling(
  client: PostgresClient,
  process: number,
  connection: ConnectionOptions,
  signal: AbortSignal | undefined,
): Promise<'session' | 'transaction' | 'statement'> {
  let second: PostgresClient | undefined
  const timer = setTimeout(() => second?.destroy(), SECOND_TIMEOUT)
  try {
    const applicationName = 'vitest-cloudberry-cdc check'
    second = await logIn(connection, { timeout: SECOND_TIMEOUT, applicationName, signal })
    await second.query('BEGIN')
    const taken = await second.identify()
    const kept = await client.identify()
    return taken.pid === process || kept.pid !== process ? 'transaction' : 'session'
  } catch (error) {
    return NO_TRANSACTIONS.test((error as Error).message) ? 'statement' : 'session'
  } finally {
    clearTimeout(timer)
    await second?.close()
  }
}

/** Without a cause: what the pooler said would make it a lost connection, to be tried again. */
function pooled(connection: ConnectionOptions, pooling: 'transaction' | 'statement'): TargetError {
  return new TargetError(
    `Expected sessions of its own at ${describeConnection(connection)}, got a connection pooler that lends one for each ${pooling}: ` +
      'locks, settings and prepared statements do not last. Let it lend whole sessions (PgBouncer: `pool_mode = session`), or name the server itself.',
  )
}

function passwordOf({ password }: ConnectionOptions): string {
  if (password === undefined) throw Object.assign(new Error('no password is set'), { code: '28P01' })
  return password
}

/**
 * A socket that is destroyed when a server of another protocol speaks. Nobody is given what that says: `pg` may throw on it
 * where nobody can catch it.
 */
class WarySocket extends Socket {
  #hasHeard = false

  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    const foreign = !this.#hasHeard && Buffer.isBuffer(chunk) ? foreignServer(chunk) : undefined
    this.#hasHeard = true
    if (foreign === undefined) return super.push(chunk, encoding)
    this.destroy(foreignProtocol(foreign))
    return false
  }
}
