import { TargetError } from '../../errors.js'
import { applySettings } from './apply-settings.js'
import { noAnswer } from '../connection/no-answer.js'
import type { ConnectOptions } from '../connection/connect-options.js'
import type { PostgresClient } from './client.js'
import { connectError } from '../connection/connect-error.js'
import { type ConnectionOptions, describeConnection } from '../connection/connection.js'
import { findPooling } from './find-pooling.js'
import { ownSettings } from './pg-variables.js'
import { tlsOptions } from '../connection/tls-options.js'
import { WarySocket } from './wary-socket.js'

/** Milliseconds for the session that finds out how a pooler lends. */
const SECOND_TIMEOUT = 2_000

/**
 * Logs in. The caller ends the session. A session that is lost while it is idle does not end the process: its next
 * query fails instead.
 *
 * @throws TargetError in one line; its `cause` has the SQLSTATE, or the system's error code, as `code`
 * @throws TargetError for a connection pooler that gives the session to others between its statements
 * @throws OptionsError when `sslrootcert` cannot be read
 * @throws the signal's reason
 */
export async function connect(connection: ConnectionOptions, options: ConnectOptions = {}): Promise<PostgresClient> {
  const { settings = {}, signal } = options
  return logIn(connection, options, async (client) => {
    const process = await applySettings(client, settings)
    if (client.processID === process) return
    const given = { timeout: SECOND_TIMEOUT, applicationName: 'vitest-cloudberry-cdc check', ...(signal && { signal }) }
    const pooling = await findPooling(client, process, () => logIn(connection, given))
    if (pooling !== 'session') throw pooled(connection, pooling)
  })
}

/** A pooler gives each client a process number of its own. */
type NumberedClient = PostgresClient & { readonly processID?: number }

/** @param ready Is part of what `timeout` and `signal` bound */
async function logIn(
  connection: ConnectionOptions,
  { applicationName = 'vitest-cloudberry-cdc', timeout = 10_000, answerWithin, signal }: ConnectOptions,
  ready: (client: NumberedClient) => Promise<void> = () => Promise.resolve(),
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
