import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { ConnectionOptions } from '../../../src/database/connection/connection.js'

/** What went over a connection, on both sides. */
export interface Recording {
  /** A server that passes what is said, and writes it down. */
  readonly connection: ConnectionOptions
  /** What was said to the server, and what it said, from the point on where `clear` was called. */
  readonly said: () => { readonly byClient: Buffer; readonly byServer: Buffer }
  clear(): void
}

/** Starts to record before a server, for the current test. */
export async function startRecorder(target: ConnectionOptions): Promise<Recording> {
  let byClient: Buffer[] = []
  let byServer: Buffer[] = []
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(target.port, target.host)
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => {}))
    client.on('data', (chunk: Buffer) => byClient.push(chunk)).pipe(upstream)
    upstream.on('data', (chunk: Buffer) => byServer.push(chunk)).pipe(client)
  }).listen(0, '127.0.0.1')
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  await once(server, 'listening')
  return {
    connection: { ...target, port: (server.address() as AddressInfo).port },
    said: () => ({ byClient: Buffer.concat(byClient), byServer: Buffer.concat(byServer) }),
    clear: () => {
      byClient = []
      byServer = []
    },
  }
}
