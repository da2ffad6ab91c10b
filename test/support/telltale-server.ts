import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { useListener } from './listener.js'

/**
 * A server that asks for the password in clear text, refuses it, and repeats it in its answer, as it is and as URLs have
 * it: what a proxy with debugging on may do.
 */
export async function useTelltaleServer(connection: ConnectionOptions): Promise<ConnectionOptions> {
  const { host, port } = await useListener((socket) => {
    socket.on('data', (chunk) => socket.write(chunk[0] === 'p'.charCodeAt(0) ? refusal(chunk) : CLEAR_TEXT))
  })
  return { ...connection, host, port }
}

/** AuthenticationCleartextPassword. */
const CLEAR_TEXT = Buffer.from('R\0\0\0\x08\0\0\0\x03', 'latin1')

function refusal(chunk: Buffer): Buffer {
  const password = chunk.toString('utf8', 5, chunk.length - 1)
  const fields = {
    S: 'FATAL',
    C: '28P01',
    M: `no entry for postgresql://u:${encodeURIComponent(password)}@h, nor for "${password}"`,
    D: `It was ${password}.`,
    H: JSON.stringify({ password }),
  }
  const body = Buffer.from(
    `${Object.entries(fields)
      .map(([type, text]) => `${type}${text}\0`)
      .join('')}\0`,
  )
  const head = Buffer.alloc(5, 'E')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
