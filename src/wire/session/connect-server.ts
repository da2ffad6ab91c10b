import { once } from 'node:events'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { connectError, noAnswer } from '../../database/connection/connect-error.js'
import type { ConnectionOptions } from '../../database/connection/connection.js'
import { foreignProtocol, foreignServer } from '../../database/connection/foreign-server.js'
import { sslRequest } from '../protocol/write-message.js'
import { tlsOptions } from '../../database/connection/tls-options.js'

/**
 * A socket to a server, encrypted as its connection options say. Nobody has logged in.
 *
 * @param track Called with each socket before it is connected, so that it can be destroyed
 * @throws TargetError in one line
 * @throws OptionsError when `sslrootcert` cannot be read
 */
export async function connectServer(
  connection: ConnectionOptions,
  timeout: number,
  track: (socket: Socket) => void,
): Promise<Socket> {
  const { host, port } = connection
  const ssl = await tlsOptions(connection)
  const options = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 10_000, allowHalfOpen: true }
  const socket = connect({
    ...options,
    ...(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port }),
  })
  track(socket)
  const expire = setTimeout(() => socket.destroy(noAnswer(timeout)), timeout)
  try {
    await event(socket, 'connect')
    if (!ssl) return socket
    socket.write(sslRequest)
    await expectTls(socket)
    const encrypted = connectTls({ ...ssl, socket, host, servername: isIP(host) === 0 ? host : undefined })
    track(encrypted)
    // Its socket's errors come to it.
    await event(encrypted, 'secureConnect')
    return encrypted
  } catch (error) {
    socket.destroy()
    throw connectError(error, connection)
  } finally {
    clearTimeout(expire)
  }
}

/** The server's one letter. More in the same chunk was not encrypted and is nothing that a server says. */
async function expectTls(socket: Socket): Promise<void> {
  await event(socket, 'readable')
  const answer: unknown = socket.read()
  if (Buffer.isBuffer(answer) && answer.toString('latin1') === 'S') return
  const foreign = Buffer.isBuffer(answer) ? foreignServer(answer) : undefined
  throw foreign === undefined ? new Error('The server does not support SSL connections') : foreignProtocol(foreign)
}

/** Waits for an event, and fails if the socket closes before. */
async function event(socket: Socket, name: string): Promise<void> {
  const gone = new AbortController()
  const onClose = (): void => gone.abort()
  socket.on('close', onClose)
  try {
    await once(socket, name, { signal: gone.signal })
  } catch (error) {
    if (!gone.signal.aborted) throw error
    throw Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' })
  } finally {
    socket.off('close', onClose)
  }
}
