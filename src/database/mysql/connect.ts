import { TargetError } from '../../errors.js'
import { connectError, noAnswer } from '../connection/connect-error.js'
import type { ConnectionOptions, ConnectOptions } from '../connection/connection.js'
import { tlsOptions } from '../connection/tls-options.js'
import type { MysqlClient } from './client.js'
import { loadMysql, type MysqlConnection } from './driver.js'
import { quoteName } from './quote.js'
import { serverError } from './server-error.js'

/** See the port's `connect`. */
export async function connect(connection: ConnectionOptions, options: ConnectOptions = {}): Promise<MysqlClient> {
  const { applicationName = 'vitest-cloudberry-cdc', timeout = 10_000, answerWithin, signal } = options
  signal?.throwIfAborted()
  const mysql = await loadMysql()
  const { MysqlClient, READING } = await import('./client.js')
  const ssl = await tlsOptions(connection)
  signal?.throwIfAborted()
  const { host, port, user, password = '' } = connection
  const session = mysql.createConnection({
    ...(host.startsWith('/') ? { socketPath: host } : { host, port }),
    user,
    password,
    ...(ssl && { ssl }),
    charset: 'utf8mb4_bin',
    connectAttributes: { program_name: applicationName },
    // It bounds the connecting; the log-in is bounded below.
    connectTimeout: timeout,
    enableKeepAlive: true,
    multipleStatements: true,
    // As their own texts, nothing of them is lost.
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    jsonStrings: true,
  })
  const { stream } = session
  const expire = setTimeout(() => stream.destroy(noAnswer(timeout)), timeout)
  const abort = (): void => void stream.destroy(new Error('aborted'))
  signal?.addEventListener('abort', abort, { once: true })
  try {
    await loggedIn(session)
    const client = new MysqlClient(session)
    const { reads = false, searchesFirst } = options
    if (reads) for (const setting of READING) await client.query(setting)
    if (searchesFirst !== undefined) await client.query(`USE ${quoteName(searchesFirst)}`)
    if (answerWithin !== undefined) client.boundSilence(answerWithin)
    return client
  } catch (error) {
    stream.destroy()
    signal?.throwIfAborted()
    throw error instanceof TargetError ? error : connectError(serverError(error), connection)
  } finally {
    clearTimeout(expire)
    signal?.removeEventListener('abort', abort)
  }
}

function loggedIn(session: MysqlConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    session.once('connect', () => resolve())
    // It stays: a session that is lost while it is idle fails its next question, and nothing else.
    session.on('error', (error) => reject(error ?? new Error('the connection failed')))
  })
}
